"""Pure: the script side of each request, taken from the drama."""

from collections.abc import Iterable

from sfd.domain.briefs import NO_SCENE, CharacterBrief, SceneBrief, StripBlock
from sfd.domain.models import Asset, AssetKind, Character, Drama, Episode, Scene, Shot, ShotSize
from sfd.generation.dag import people_in


class BriefBook:
    """Briefs of one drama. Built once, so that a plan of thousands of nodes stays linear."""

    def __init__(self, drama: Drama) -> None:
        self._drama = drama
        self._cast = {
            character.id: character_brief(character, position) for position, character in enumerate(drama.characters)
        }
        self._strips = {episode.id: tuple(self._block(scene) for scene in episode.scenes) for episode in drama.episodes}
        self._scenes: dict[str, SceneBrief] = {}
        self._places: dict[str, tuple[int, int, int]] = {}
        number = 0
        for e, episode in enumerate(drama.episodes):
            for s, scene in enumerate(episode.scenes):
                number += 1
                self._places[scene.id] = (e, s, number)

    def character(self, character_id: str) -> CharacterBrief:
        """The brief of one character."""
        return self._cast[character_id]

    def scene(self, episode: Episode, scene: Scene) -> SceneBrief:
        """The brief of one scene, the same for its storyboard and its clip."""
        if scene.id not in self._scenes:
            self._scenes[scene.id] = self._scene(episode, scene)
        return self._scenes[scene.id]

    def artwork(self, asset: Asset) -> SceneBrief:
        """The brief of a picture that is not of a scene: of a place, or whatever its prompt says. Nobody is in it."""
        location = asset.metadata.get("location")
        return SceneBrief(
            label="",
            number=NO_SCENE,
            setting="INT",
            location=location if isinstance(location, str) else "",
            time_of_day="DAY",
            description=asset.prompt,
            sound="",
            dialogue=(),
            shot=Shot(size=ShotSize.WIDE),
            cast=(),
            seconds=0.0,
            language=self._drama.language,
            style=self._drama.style,
            strip=(),
            strip_index=0,
        )

    def _scene(self, episode: Episode, scene: Scene) -> SceneBrief:
        e, s, number = self._places[scene.id]
        return SceneBrief(
            label=f"{e + 1}-{s + 1}",
            number=number,
            setting=scene.setting,
            location=scene.location,
            time_of_day=scene.time_of_day,
            description=scene.description,
            sound=scene.sound,
            dialogue=tuple(scene.dialogue),
            shot=scene.shot,
            cast=self._known(people_in(scene)),
            voices=self._known(line.character_id for line in scene.dialogue),
            seconds=scene_seconds(scene),
            language=self._drama.language,
            style=self._drama.style,
            strip=self._strips[episode.id],
            strip_index=s,
        )

    def _known(self, ids: Iterable[str]) -> tuple[CharacterBrief, ...]:
        return tuple(self._cast[one] for one in dict.fromkeys(ids) if one in self._cast)

    def _block(self, scene: Scene) -> StripBlock:
        speaker = scene.dialogue[0].character_id if scene.dialogue else None
        known = self._cast.get(speaker) if speaker else None
        return StripBlock(seconds=scene_seconds(scene), speaker=known.position if known else None)


def character_brief(character: Character, position: int) -> CharacterBrief:
    """One character as the pictures need it."""
    return CharacterBrief(
        id=character.id,
        name=character.name,
        description=character.description,
        gender=character.gender,
        voice_description=character.voice_description,
        main=character.main,
        position=position,
    )


def scene_seconds(scene: Scene) -> float:
    """The length of a scene on film: of all its clips."""
    return sum(asset.duration or 0.0 for asset in scene.assets if asset.kind is AssetKind.VIDEO)
