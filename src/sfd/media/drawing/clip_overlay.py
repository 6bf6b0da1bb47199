"""What lies over a preview clip: the slate and the captions."""

from PIL import Image

from sfd.domain.briefs import SceneBrief
from sfd.media.drawing.colour import light
from sfd.media.drawing.framing import WIDTH, move_name, shot_size_name
from sfd.media.drawing.script_text import shown
from sfd.media.drawing.sketch import Sketch
from sfd.media.drawing.typography import fitted, shortened, text_markup, text_width

_MIDDLE = 348
_CAPTION_WIDTH = 540
_CAPTION_BOTTOM = 1010
_CAPTION_SIZES = (38, 34, 30, 27, 24)
_MOST_LINES = 3
_NAME = 23
_BACKING = "#05060a"


def draw_slate(brief: SceneBrief) -> Image.Image:
    """The static layer of a clip.

    Returns:
        RGBA, 720x1280: label, shot, size and move top left, PREVIEW top right, all else transparent.
    """
    pen = Sketch()
    label = shortened(shown(brief.label), 28, 160, 800)
    number = shortened(f"Shot {brief.number}", 18, 150, 500)
    facts = f"{shot_size_name(brief.shot.size)} · {move_name(brief.shot.move)}"
    first = text_width(label, 28, 800) + 10 + text_width(number, 18, 500)
    pen.rect(24, 28, max(first, text_width(facts, 16, 500)) + 32, 74, _BACKING, radius=14, opacity=0.55)
    pen.add(text_markup(40, 62, label, 28, weight=800))
    pen.add(text_markup(50 + text_width(label, 28, 800), 62, number, 18, weight=500, opacity=0.85))
    pen.add(text_markup(40, 88, facts, 16, weight=500, opacity=0.85))
    mark = text_width("PREVIEW", 16, 700, 1.2)
    pen.rect(WIDTH - 24 - mark - 28, 28, mark + 28, 34, _BACKING, radius=17, opacity=0.55)
    pen.add(text_markup(WIDTH - 38 - mark, 51, "PREVIEW", 16, weight=700, spacing=1.2, opacity=0.92))
    return pen.render(WIDTH)


def draw_caption(text: str, speaker: str, colour: str, language: str = "") -> Image.Image:
    """One spoken line, in the lower third and clear of a phone's controls.

    Args:
        text: What is said; past three lines it is cut short.
        speaker: Whose line it is; may be empty.
        colour: The speaker's identity colour, `#rrggbb`.
        language: BCP 47; chooses the shapes of Chinese, Japanese and Korean characters.

    Returns:
        RGBA, 720x1280; fully transparent if there is nothing to show.
    """
    pen = Sketch()
    size, lines = fitted(shown(text), _CAPTION_SIZES, _CAPTION_WIDTH, _MOST_LINES, 700)
    name = shortened(shown(speaker), _NAME, _CAPTION_WIDTH, 700)
    if not lines and not name:
        return Image.new("RGBA", (WIDTH, WIDTH * 16 // 9))
    leading = size * 1.28
    body = leading * len(lines)
    head = _NAME * 1.45 if name else 0.0
    width = max([text_width(line, size, 700) for line in lines] + [text_width(name, _NAME, 700)]) + 52
    top = _CAPTION_BOTTOM - body - head - 34
    pen.rect(_MIDDLE - width / 2, top, width, body + head + 34, _BACKING, radius=20, opacity=0.66)
    if name:
        pen.add(text_markup(_MIDDLE, top + 17 + _NAME * 0.9, name, _NAME, light(colour, 0.15), weight=700,
                            anchor="middle", language=language))  # fmt: skip
    for index, line in enumerate(lines):
        baseline = top + 17 + head + size * 0.98 + leading * index
        pen.add(text_markup(_MIDDLE, baseline, line, size, weight=700, anchor="middle", language=language))
    return pen.render(WIDTH)
