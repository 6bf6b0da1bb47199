"""H.264 parameter sets written in front of each keyframe, so that clips of different encoders share one track.

A track has one decoder configuration (avcC, ISO/IEC 14496-15, 5.3.3). Packets that were made with another one
decode to rubbish unless they bring their own.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from av.packet import Packet

from sfd.domain.errors import MediaError
from sfd.media.pyav import AnyPacket

_FIRST_SET = 5
_LENGTH_SIZE = 4


@dataclass(frozen=True)
class ParameterSets:
    """The sequence and picture parameter sets of one clip, each with its length in front."""

    units: bytes

    @classmethod
    def read(cls, configuration: bytes) -> "ParameterSets":
        """Take them out of an avcC.

        Raises:
            MediaError: it is not one, or its lengths are not the usual four bytes.
        """
        usual = len(configuration) > _FIRST_SET and configuration[0] == 1
        if not usual or configuration[4] & 3 != _LENGTH_SIZE - 1:
            raise MediaError("A clip holds H.264 in a form that cannot be joined. Film this clip again.")
        try:
            return cls(b"".join(_units(configuration)))
        except (struct.error, IndexError) as error:
            raise MediaError("A clip has a damaged decoder configuration. Film this clip again.") from error

    def before(self, packet: AnyPacket) -> AnyPacket:
        """A keyframe that brings these sets with it."""
        carrying: AnyPacket = Packet(self.units + bytes(packet))
        carrying.is_keyframe = True
        return carrying


def _units(configuration: bytes) -> Iterator[bytes]:
    at = _FIRST_SET
    for mask in (0x1F, 0xFF):
        count = configuration[at] & mask
        at += 1
        for _ in range(count):
            (length,) = struct.unpack_from(">H", configuration, at)
            unit = configuration[at + 2 : at + 2 + length]
            yield struct.pack(">I", length) + unit
            at += 2 + length
