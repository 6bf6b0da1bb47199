"""The eSpeak NG library, called through ctypes. It keeps its state in globals: one lock, one voice at a time."""

import ctypes
import importlib
import os
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfd.domain.errors import MediaError

# espeak_AUDIO_OUTPUT, espeakCHARS_UTF8 and espeak_PARAMETER of speak_lib.h
_SYNCHRONOUS = 2
_UTF8 = 1
_RATE, _PITCH = 1, 3

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """The library, initialised once a process."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            MediaError: it is not installed or does not start.
        """
        try:
            loader: Any = importlib.import_module("espeakng_loader")
        except ImportError as error:
            raise MediaError('The scratch voice is not installed: pip install "sfd[voice]".') from error
        self._library = ctypes.CDLL(loader.get_library_path())
        self.sample_rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, os.fsencode(loader.get_data_path()), 0))
        if self.sample_rate <= 0:
            raise MediaError('The scratch voice does not start. Install it again: pip install --force "sfd[voice]".')
        self._lock = Lock()
        self._heard: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def has_voice(self, voice: str) -> bool:
        """Whether there is such a voice, and make it the current one."""
        return self._library.espeak_SetVoiceByName(voice.encode()) == 0

    def say(self, text: str, voice: str, *, rate: int, pitch: int) -> NDArray[np.int16]:
        """Mono samples at `sample_rate`; `rate` in words a minute (80 to 450), `pitch` 0 to 99.

        Raises:
            MediaError: there is no such voice.
        """
        with self._lock:
            self._heard.clear()
            if not self.has_voice(voice):
                raise MediaError(f"The scratch voice does not speak as {voice}.")
            self._library.espeak_SetParameter(_RATE, rate, 0)
            self._library.espeak_SetParameter(_PITCH, pitch, 0)
            spoken = text.replace("\x00", " ").encode()
            self._library.espeak_Synth(spoken, ctypes.c_size_t(len(spoken) + 1), 0, 1, 0, _UTF8, None, None)
            self._library.espeak_Synchronize()
            return np.concatenate([*self._heard, np.zeros(0, np.int16)])

    def _collect(self, samples: Any, count: int, _events: Any) -> int:  # noqa: ANN401 - ctypes hands over raw pointers
        if count > 0 and samples:
            self._heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0


@cache
def espeak() -> Espeak:
    """The library of this process.

    Raises:
        MediaError: it is not installed or does not start.
    """
    return Espeak()
