"""The pen and colours one person is drawn with."""

from dataclasses import dataclass

from sfd.media.drawing.colour import dark, light
from sfd.media.drawing.looks import Look
from sfd.media.drawing.sketch import Sketch


@dataclass(frozen=True)
class Paint:
    """Everything the parts of a person share. `side` is where the light comes from, `facing` where they look."""

    pen: Sketch
    look: Look
    side: int
    facing: int
    rim: str
    cloth: str
    cloth_fill: str
    skin_fill: str
    hair_fill: str

    @property
    def turn(self) -> float:
        """How far the features of the face are shifted by its turn, in head heights."""
        return 0.088 * self.facing

    def rimmed(self, data: str, fill: str, offset: float = 0.02, strength: float = 0.85) -> None:
        """A shape with a line of light along its edge on the light's side."""
        self.pen.path(data, self.rim, opacity=strength, move=(self.side * offset, -0.01))
        self.pen.path(data, fill)

    def shade(self, colour: str, side: int) -> str:
        """A colour as it is on one side of the body: lit or in shadow."""
        return light(colour, 0.06) if side == self.side else dark(colour, 0.26)
