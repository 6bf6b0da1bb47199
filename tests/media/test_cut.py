"""Cutting an episode out of real clips."""

import hashlib
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import numpy as np
import pytest
from films import SMALL, decoded_luma, film, foreign_film, heard, picture_bytes, rms_dbfs, tone
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sfd.domain.errors import MediaError
from sfd.media.check import Depth, check_film
from sfd.media.cut import cut_episode
from sfd.media.encoding import SAMPLE_RATE, PictureFormat, Sound, samples_until, sound_frame
from sfd.media.joining import Tally
from sfd.media.loudness import glance, measure
from sfd.media.reels import SoundGrid
from sfd.media.room_tone import room_tone
from sfd.media.signature import AudioFormat
from sfd.media.sound import silence
from sfd.media.soundtrack import sound_slots
from sfd.media.subtitles import SubtitleCue

LEVEL = -16.0
"""A sine of 1 kHz on both sides has as many LUFS as its peak has dBFS (ITU-R BS.1770)."""


def sound_bytes(path: Path) -> list[bytes]:
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(container.streams.audio[0]) if packet.size]


def tally(path: Path) -> Tally:
    found = Tally()
    check_film(path, depth=Depth.PACKETS, on_packet=found.count)
    return found


def click(at: float, seconds: float) -> Sound:
    sound = silence(round(seconds * SAMPLE_RATE))
    start = round(at * SAMPLE_RATE)
    sound[:, start : start + 480] = tone(0.01, -6, 2000)[:, :480]
    return sound


def loudness_of(path: Path, seconds: float) -> float:
    pcm = heard(path, seconds)
    return measure(lambda: iter([sound_frame(pcm, 0)])).lufs


def middle(frame: NDArray[np.uint8]) -> float:
    return float(np.median(frame))


def test_like_clips_are_copied_bit_by_bit(tmp_path: Path) -> None:
    clips = [film(tmp_path / f"{n}.mp4", 1, luma=40 + 10 * n, sound=tone(1)) for n in range(12)]
    before = [clip.read_bytes() for clip in clips]

    result = cut_episode(clips, tmp_path / "cut.mp4", title="The Key")

    assert result.copied == tuple(range(12))
    assert result.reencoded == ()
    assert picture_bytes(tmp_path / "cut.mp4") == [packet for clip in clips for packet in picture_bytes(clip)]
    assert [clip.read_bytes() for clip in clips] == before
    facts = check_film(tmp_path / "cut.mp4")
    assert (facts.frames, facts.seconds) == (result.frames, result.seconds) == (288, 12.0)
    assert facts.faststart
    assert facts.audio_seconds == pytest.approx(12.0, abs=0.022)
    with av.open(tmp_path / "cut.mp4") as container:
        assert container.metadata["title"] == "The Key"


def test_every_frame_is_shown_at_its_time_and_in_its_order(tmp_path: Path) -> None:
    clips = [film(tmp_path / f"{n}.mp4", 1 + n / 24, luma=40 + 20 * n) for n in range(4)]

    cut_episode(clips, tmp_path / "cut.mp4")

    with av.open(tmp_path / "cut.mp4") as container:
        stream = container.streams.video[0]
        times = [frame.time for frame in container.decode(stream)]
    assert times == pytest.approx([number / 24 for number in range(24 + 25 + 26 + 27)], abs=1e-6)
    sources = [frame for clip in clips for frame in decoded_luma(clip)]
    assert all(np.array_equal(a, b) for a, b in zip(sources, decoded_luma(tmp_path / "cut.mp4"), strict=True))


def test_sound_and_pictures_stay_together_over_many_clips(tmp_path: Path) -> None:
    frames, at = 25, 12
    clip = film(tmp_path / "a.mp4", frames / 24, sound=click(at / 24, frames / 24), flash=at)

    cut_episode([clip] * 14, tmp_path / "cut.mp4")

    flashes = [n / 24 for n, frame in enumerate(decoded_luma(tmp_path / "cut.mp4")) if middle(frame) > 200]
    loud = np.flatnonzero(np.abs(heard(tmp_path / "cut.mp4", 14 * frames / 24)[0]) > 0.05) / SAMPLE_RATE
    clicks = [float(group[0]) for group in np.split(loud, np.flatnonzero(np.diff(loud) > 0.3) + 1)]
    assert len(flashes) == 14
    assert clicks == pytest.approx(flashes, abs=0.003)


def test_copied_sound_is_that_of_the_clips_packet_by_packet(tmp_path: Path) -> None:
    seconds = [1 + 5 * n / 24 for n in range(6)]
    clips = [film(tmp_path / f"{n}.mp4", each, sound=tone(each, LEVEL, 400 + n)) for n, each in enumerate(seconds)]

    result = cut_episode(clips, tmp_path / "cut.mp4")

    assert result.sound_copied
    assert result.gain == 0
    rest = sound_bytes(tmp_path / "cut.mp4")
    assert rest[0] == sound_bytes(clips[0])[0], "the packet that primes the decoder comes first"
    for clip, each in zip(clips, seconds, strict=True):
        packets = sound_bytes(clip)
        taken = [packet for packet in packets if packet in rest[: len(packets)]]
        assert rest[: len(taken)] == taken
        assert len(taken) == pytest.approx(each * SAMPLE_RATE / 1024, abs=1.5)
        rest = rest[len(taken) :]
    assert rest == []


@pytest.mark.parametrize("dbfs", [LEVEL, -32.0])
def test_a_film_lasts_as_long_as_its_clips_together(tmp_path: Path, dbfs: float) -> None:
    frames = [25, 31, 24, 47]
    clips = [film(tmp_path / f"{n}.mp4", n / 24, sound=tone(n / 24, dbfs)) for n in frames]

    result = cut_episode(clips, tmp_path / "cut.mp4")

    assert result.sound_copied == (dbfs == LEVEL)
    total = sum(frames) / 24
    with av.open(tmp_path / "cut.mp4") as container:
        assert (container.duration or 0) / 1e6 == pytest.approx(total, abs=0.001)
    facts = check_film(tmp_path / "cut.mp4")
    assert facts.frames == sum(frames)
    assert facts.audio_seconds == pytest.approx(total, abs=0.022)


def test_copied_sound_does_not_drift_from_the_pictures(tmp_path: Path) -> None:
    frames, at = 25, 12
    sound = tone(frames / 24, LEVEL - 1.5)
    sound[:, at * SAMPLE_RATE // 24 :][:, :480] = tone(0.01, -5, 2000)
    clip = film(tmp_path / "a.mp4", frames / 24, sound=sound, flash=at)

    result = cut_episode([clip] * 30, tmp_path / "cut.mp4")

    assert result.sound_copied
    flashes = [n / 24 for n, frame in enumerate(decoded_luma(tmp_path / "cut.mp4")) if middle(frame) > 200]
    loud = np.flatnonzero(np.abs(heard(tmp_path / "cut.mp4", 30 * frames / 24)[0]) > 0.4) / SAMPLE_RATE
    clicks = [float(group[0]) for group in np.split(loud, np.flatnonzero(np.diff(loud) > 0.3) + 1)]
    assert len(flashes) == 30
    assert clicks == pytest.approx(flashes, abs=0.014)


def test_a_seam_of_copied_sound_does_not_click(tmp_path: Path) -> None:
    clips = [film(tmp_path / f"{n}.mp4", 1.1, sound=tone(1.1, LEVEL, 300 + 55 * n)) for n in range(5)]

    result = cut_episode(clips, tmp_path / "cut.mp4")

    assert result.sound_copied
    pcm = heard(tmp_path / "cut.mp4", 5.4)[0]
    amplitude = 10 ** (LEVEL / 20)
    assert float(np.abs(pcm).max()) < 1.5 * amplitude
    steepest = amplitude * 2 * np.pi * 520 / SAMPLE_RATE
    inside = pcm[SAMPLE_RATE // 10 : -SAMPLE_RATE // 10]
    assert float(np.abs(np.diff(inside)).max()) < 2 * steepest


def test_sound_of_the_right_loudness_whose_peaks_are_too_high_is_limited(tmp_path: Path) -> None:
    sound = tone(2, LEVEL)
    sound[:, SAMPLE_RATE : SAMPLE_RATE + 96] = tone(0.002, -0.2, 3000)
    clip = film(tmp_path / "a.mp4", 2, sound=sound)

    result = cut_episode([clip, clip], tmp_path / "cut.mp4")

    assert not result.sound_copied
    assert result.loudness_before.lufs == pytest.approx(-16, abs=1)
    assert result.loudness_after.peak < -1


def test_a_glance_hears_the_same_loudness() -> None:
    quiet, loud = tone(6, -34, 120), tone(3, -14, 3000)
    pcm = np.concatenate([quiet, loud, silence(2 * SAMPLE_RATE), quiet], axis=1)
    frames = [sound_frame(pcm[:, at : at + 1024], at) for at in range(0, pcm.shape[1], 1024)]

    assert glance(iter(frames)).lufs == pytest.approx(measure(lambda: iter([sound_frame(pcm, 0)])).lufs, abs=0.1)


@given(
    frames=st.lists(st.integers(8, 200), min_size=1, max_size=40),
    first=st.sampled_from([-2112, -1024, 0]),
    rate=st.sampled_from([44_100, 48_000]),
)
def test_copied_sound_fills_the_film_and_is_never_off_by_more_than_half_a_packet(
    frames: list[int], first: int, rate: int
) -> None:
    form = AudioFormat("aac", "LC", rate, "stereo", "")
    ends = [samples_until(total, sample_rate=rate) for total in accumulate(frames)]
    starts = [0, *ends[:-1]]
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    grids = [SoundGrid(form, first, 1024, -((first - length) // 1024)) for length in lengths]

    slots = sound_slots(grids, ends)

    filled = [slot.first + n for slot in slots for n in range(len(slot.packets))]
    assert filled == list(range(filled[0], filled[-1] + 1))
    assert filled[0] == (-2 if first == -2112 else first // 1024)
    assert abs((filled[-1] + 1) * 1024 - ends[-1]) <= 1024
    for slot, start in zip(slots, starts, strict=True):
        due = start + first + slot.packets.start * 1024
        assert abs(slot.first * 1024 - due) <= 512
        assert slot.packets.start >= 0


def test_a_clip_whose_sound_is_damaged_is_named(tmp_path: Path) -> None:
    good = film(tmp_path / "a.mp4", 2, sound=tone(2, LEVEL))
    packet = sound_bytes(good)[40]
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(good.read_bytes().replace(packet, b"\xff" * len(packet)))

    with pytest.raises(MediaError, match=r"The sound of bad\.mp4 cannot be decoded"):
        cut_episode([good, bad], tmp_path / "cut.mp4")


def test_one_other_bit_gives_another_tally(tmp_path: Path) -> None:
    clip = film(tmp_path / "a.mp4", sound=tone(1, LEVEL))
    altered = tmp_path / "altered.mp4"
    data = clip.read_bytes()
    packet = sound_bytes(clip)[20]
    altered.write_bytes(data.replace(packet, packet[:-1] + bytes([packet[-1] ^ 1])))

    assert tally(clip) == tally(clip)
    assert tally(altered) != tally(clip)


def test_sound_that_ends_before_its_pictures_is_not_copied(tmp_path: Path) -> None:
    short = film(tmp_path / "a.mp4", 2, sound=tone(1.5, LEVEL))

    result = cut_episode([short, short], tmp_path / "cut.mp4")

    assert not result.sound_copied
    assert result.facts.audio_seconds == pytest.approx(4, abs=0.022)


def test_only_odd_clips_are_encoded_again(tmp_path: Path) -> None:
    clips = [film(tmp_path / f"{n}.mp4", luma=60, sound=tone(1)) for n in range(3)]
    fast = film(tmp_path / "fast.mp4", 1, luma=120, sound=tone(1), pictures=PictureFormat(144, 256, Fraction(30)))
    large = film(tmp_path / "large.mp4", 1, luma=180, sound=tone(1), pictures=PictureFormat(320, 180))

    result = cut_episode([clips[0], fast, clips[1], large, clips[2]], tmp_path / "cut.mp4")

    assert result.copied == (0, 2, 4)
    assert result.reencoded == (1, 3)
    facts = check_film(tmp_path / "cut.mp4")
    assert (facts.width, facts.height, facts.fps, facts.frames) == (144, 256, 24.0, 5 * 24)
    frames = decoded_luma(tmp_path / "cut.mp4")
    assert middle(frames[36]) == pytest.approx(120, abs=4)
    assert frames[84][128, 72] == pytest.approx(180, abs=6)
    assert frames[84][10, 72] == pytest.approx(16, abs=2), "a wide clip gets bars above and below"


def test_clips_of_another_encoder_are_copied_and_still_decode_to_the_same_frames(tmp_path: Path) -> None:
    mine = [film(tmp_path / f"{n}.mp4", luma=50 + 20 * n, sound=tone(1)) for n in range(2)]
    theirs = foreign_film(tmp_path / "x.mp4", x264="ref=4:bframes=0:weightp=0", luma=150)

    result = cut_episode([mine[0], theirs, mine[1], theirs], tmp_path / "cut.mp4")

    assert result.reencoded == ()
    sources = [frame for clip in (mine[0], theirs, mine[1], theirs) for frame in decoded_luma(clip)]
    assert all(np.array_equal(a, b) for a, b in zip(sources, decoded_luma(tmp_path / "cut.mp4"), strict=True))


def test_silent_and_mono_clips_keep_their_pictures_and_their_place(tmp_path: Path) -> None:
    plain = film(tmp_path / "a.mp4", sound=tone(1, -20))
    mute = film(tmp_path / "b.mp4")
    mono = foreign_film(tmp_path / "c.mp4", x264="keyint=48", luma=90, mono_rate=44_100)

    result = cut_episode([plain, mute, mono], tmp_path / "cut.mp4")

    assert result.reencoded == ()
    sound = heard(tmp_path / "cut.mp4", 3)
    second = [sound[:, n * SAMPLE_RATE + 4800 : (n + 1) * SAMPLE_RATE - 4800] for n in range(3)]
    assert rms_dbfs(second[1]) < -70
    assert rms_dbfs(second[0]) == pytest.approx(rms_dbfs(second[2]), abs=1.0)
    spectrum = np.abs(np.fft.rfft(second[2][0]))
    assert np.argmax(spectrum) * SAMPLE_RATE / second[2].shape[1] == pytest.approx(997, abs=3)


def test_sound_of_another_length_does_not_move_the_next_clip(tmp_path: Path) -> None:
    short = film(tmp_path / "a.mp4", 2, sound=tone(0.5))
    long = film(tmp_path / "b.mp4", 1, sound=tone(1.8))
    marked = film(tmp_path / "c.mp4", 1, sound=click(0.5, 1))

    cut_episode([short, long, marked], tmp_path / "cut.mp4")

    last = heard(tmp_path / "cut.mp4", 4)[0, 3 * SAMPLE_RATE :]
    assert float(np.abs(last[: int(0.4 * SAMPLE_RATE)]).max()) < 0.02
    assert np.flatnonzero(np.abs(last) > 0.05)[0] / SAMPLE_RATE == pytest.approx(0.5, abs=0.003)


@pytest.mark.parametrize("dbfs", [-32.0, -3.0])
def test_an_episode_is_brought_to_the_loudness_of_the_others(tmp_path: Path, dbfs: float) -> None:
    clip = film(tmp_path / "a.mp4", 2, sound=tone(2, dbfs))

    result = cut_episode([clip, clip], tmp_path / "cut.mp4")

    assert not result.sound_copied
    assert abs(result.gain) > 5
    assert result.loudness_after.lufs == pytest.approx(-16, abs=1)
    assert loudness_of(tmp_path / "cut.mp4", 4) == pytest.approx(-16, abs=1)


def test_peaks_are_held_under_the_ceiling(tmp_path: Path) -> None:
    sound = tone(4, -36)
    for start in range(0, 4 * SAMPLE_RATE, SAMPLE_RATE // 2):
        sound[:, start : start + 144] = tone(0.02, -4, 180)[:, :144]
    clip = film(tmp_path / "a.mp4", 4, sound=sound)

    result = cut_episode([clip], tmp_path / "cut.mp4")

    pcm = heard(tmp_path / "cut.mp4", 4)
    assert result.gain > 3
    assert result.loudness_after.lufs == pytest.approx(-16, abs=1)
    assert measure(lambda: iter([sound_frame(pcm, 0)])).peak < -1.0


def test_room_tone_is_not_amplified(tmp_path: Path) -> None:
    clip = film(tmp_path / "a.mp4", 2, sound=room_tone("Kitchen", 2 * SAMPLE_RATE))

    result = cut_episode([clip, clip], tmp_path / "cut.mp4")

    assert result.sound_copied
    assert result.gain == 0
    assert rms_dbfs(heard(tmp_path / "cut.mp4", 4)) == pytest.approx(-50, abs=1)


def test_an_episode_without_any_sound_is_silent(tmp_path: Path) -> None:
    result = cut_episode([film(tmp_path / "a.mp4")] * 2, tmp_path / "cut.mp4")

    assert result.gain == 0
    assert result.facts.audio_seconds == pytest.approx(2, abs=0.022)
    assert rms_dbfs(heard(tmp_path / "cut.mp4", 2)) < -90


def test_lines_become_a_subtitle_track(tmp_path: Path) -> None:
    clip = film(tmp_path / "a.mp4", 2, sound=tone(2))
    cues = [
        SubtitleCue(0.5, 1.5, "Where <were> you?", "Mara"),
        SubtitleCue(1.0, 1.5, "你去哪里了？"),
        SubtitleCue(2.25, 3.75, "Home.", "Dan"),
    ]

    result = cut_episode([clip, clip], tmp_path / "cut.mp4", cues=cues, language="zh-Hans")

    assert result.facts.subtitle_tracks == 1
    assert result.frames == 96
    with av.open(tmp_path / "cut.mp4") as container:
        stream = container.streams.subtitles[0]
        assert (stream.codec_context.name, stream.language) == ("mov_text", "zho")
        shown = [
            ((packet.pts or 0) / 1000, (packet.duration or 0) / 1000, bytes(packet)[2:].decode())
            for packet in container.demux(stream)
            if packet.size > 2
        ]
    assert shown == [
        (0.5, 0.5, "Where <were> you?"),
        (1.0, 0.5, "Where <were> you?\n你去哪里了？"),
        (2.25, 1.5, "Home."),
    ]


def test_the_same_clips_give_the_same_bytes(tmp_path: Path) -> None:
    clips = [film(tmp_path / f"{n}.mp4", sound=tone(1, -30)) for n in range(2)]

    digests = set[str]()
    for name in ("one.mp4", "two.mp4"):
        cut_episode(clips, tmp_path / name, title="Same", cues=[SubtitleCue(0, 1, "Hm.")])
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_progress_runs_from_start_to_end(tmp_path: Path) -> None:
    shares: list[float] = []

    cut_episode([film(tmp_path / "a.mp4")] * 3, tmp_path / "cut.mp4", on_progress=shares.append)

    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5
    assert shares[-1] == 1


def test_a_bad_clip_leaves_the_last_cut_in_place(tmp_path: Path) -> None:
    good = film(tmp_path / "a.mp4", sound=tone(1))
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(good.read_bytes()[:-3000])
    cut = tmp_path / "out" / "cut.mp4"
    cut.parent.mkdir()
    cut.write_bytes(b"the cut of yesterday")

    with pytest.raises(MediaError, match=r"bad\.mp4 is cut off"):
        cut_episode([good, bad], cut)

    assert cut.read_bytes() == b"the cut of yesterday"
    assert list(cut.parent.iterdir()) == [cut]


def test_an_odd_clip_that_is_damaged_inside_is_named(tmp_path: Path) -> None:
    good = film(tmp_path / "a.mp4")
    odd = film(tmp_path / "odd.mp4", 3, pictures=PictureFormat(160, 256))
    data = bytearray(odd.read_bytes())
    data[-1500:-500] = bytes(1000)
    odd.write_bytes(data)

    with pytest.raises(MediaError, match=r"odd\.mp4 is damaged"):
        cut_episode([good, good, odd], tmp_path / "cut.mp4")


def test_nothing_cannot_be_cut(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no clips"):
        cut_episode([], tmp_path / "cut.mp4")


def test_sound_is_as_long_as_pictures_to_the_sample() -> None:
    lengths = [samples_until(n + 25, SMALL.rate) - samples_until(n, SMALL.rate) for n in range(0, 2500, 25)]

    assert sum(lengths) == samples_until(2500, SMALL.rate)
    assert max(lengths) - min(lengths) <= 1
