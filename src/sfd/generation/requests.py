"""Pure: a node becomes a frozen request, kept with its job, and later a provider's request again."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sfd.domain.briefs import CharacterBrief, SceneBrief
from sfd.domain.jobs import JobType
from sfd.domain.models import AssetKind, Drama, Id, Scene, ShortText
from sfd.generation.briefs import BriefBook
from sfd.generation.dag import MAX_REFERENCES, Node, people_in, speech_node_id
from sfd.generation.prompts import attached_pictures, clip_prompt, place_prompt, portrait_prompt, storyboard_prompt
from sfd.providers.base import (
    ImageRequest,
    Modality,
    Reference,
    Request,
    SpeechRequest,
    SpokenLine,
    VideoRequest,
    WriteRequest,
)


class Frozen(BaseModel):
    """A request as a job keeps it: plain data that outlives every edit of the drama."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WriteReference(Frozen):
    """A picture that a premise brings, in the asset library. `character` is whose it is, as the premise names them."""

    library_asset_id: Id
    character: ShortText = ""


class WriteSpec(Frozen):
    """Write a drama from a premise or a screenplay, or `original` anew as `feedback` asks.

    With `critique` nothing is written: `original` is judged.
    """

    kind: Literal["write"] = "write"
    premise: str = ""
    screenplay: str = ""
    episodes: int | None = None
    language: str = ""
    style: str = ""
    feedback: str = ""
    original: Drama | None = None
    references: tuple[WriteReference, ...] = ()
    critique: bool = False


class StageSpec(Frozen):
    """One stage of writing a drama. What is written from is the frozen request of the job's parent."""

    kind: Literal["stage"] = "stage"
    stage: str


class PictureSpec(Frozen):
    """Draw a portrait, a storyboard or artwork. `references` are node ids, `library` are library asset ids.

    `shows` says in words what each of the `references` is a picture of.
    """

    kind: Literal["picture"] = "picture"
    prompt: str
    scene: SceneBrief | None = None
    character: CharacterBrief | None = None
    references: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    library: tuple[str, ...] = ()
    aspect_ratio: str = "9:16"


class ClipSpec(Frozen):
    """Film a clip from its storyboard."""

    kind: Literal["clip"] = "clip"
    prompt: str
    seconds: float
    scene: SceneBrief
    references: tuple[str, ...] = ()
    library: tuple[str, ...] = ()
    aspect_ratio: str = "9:16"


class SpeechLine(Frozen):
    """One line of dialogue: who says it, how the voice sounds, in what tone, and the words."""

    speaker: str
    voice: str
    tone: str
    words: str


class SpeechSpec(Frozen):
    """Speak a scene's lines, in order."""

    kind: Literal["speech"] = "speech"
    lines: tuple[SpeechLine, ...]
    language: str = ""

    @property
    def prompt(self) -> str:
        """What is said, for people."""
        return "\n".join(f"{one.speaker}: {one.words}" for one in self.lines)


class CutClip(Frozen):
    """One clip of a cut. `scene` carries the dialogue for the subtitles; empty for a scene's second clip."""

    node_id: str
    scene: Scene | None


class CutSpec(Frozen):
    """Assemble an episode. The cover shows `cover`, whose storyboard is at `cover_index` of `storyboards`.

    `speech` names the node whose recording is heard over a clip, by the clip's node.
    """

    kind: Literal["cut"] = "cut"
    episode_id: str
    number: int
    title: str
    drama_title: str
    language: str
    clips: tuple[CutClip, ...]
    storyboards: tuple[str, ...]
    labels: tuple[str, ...]
    cover: SceneBrief
    cover_index: int
    names: Mapping[str, str] = Field(default_factory=dict[str, str])
    speech: Mapping[str, str] = Field(default_factory=dict[str, str])


NodeSpec = PictureSpec | ClipSpec | SpeechSpec | CutSpec


class SpecEnvelope(Frozen):
    """Reads any spec back from a job's JSON."""

    spec: Annotated[WriteSpec | StageSpec | PictureSpec | ClipSpec | SpeechSpec | CutSpec, Field(discriminator="kind")]


def modality_of(job_type: JobType) -> Modality:
    """What kind of provider makes a job's result. Cuts are SFD's own."""
    if job_type in (JobType.WRITE, JobType.STAGE, JobType.CRITIQUE):
        return Modality.WRITER
    if job_type is JobType.SPEECH:
        return Modality.VOICE
    return Modality.FILMMAKER if job_type is JobType.CLIP else Modality.ILLUSTRATOR


def node_specs(drama: Drama, nodes: Mapping[str, Node], aspect_ratio: str) -> dict[str, NodeSpec]:
    """The frozen request of every node."""
    book = BriefBook(drama)
    return {node.id: _node_spec(drama, book, node, aspect_ratio) for node in nodes.values()}


def library_inputs(spec: NodeSpec) -> tuple[str, ...]:
    """Library assets whose content shows in the result, in the order that counts; they come before the nodes'."""
    if isinstance(spec, CutSpec | SpeechSpec):
        return ()
    return spec.library[: 1 if isinstance(spec, ClipSpec) else MAX_REFERENCES]


def inputs_of(spec: NodeSpec) -> tuple[str, ...]:
    """Node ids whose content shows in the result, in the order that counts."""
    if isinstance(spec, CutSpec):
        return (*(clip.node_id for clip in spec.clips), *spec.speech.values())
    if isinstance(spec, SpeechSpec):
        return ()
    if isinstance(spec, ClipSpec):
        return () if spec.library else spec.references
    return spec.references[: max(0, MAX_REFERENCES - len(spec.library))]


def _node_spec(drama: Drama, book: BriefBook, node: Node, aspect_ratio: str) -> NodeSpec:
    if node.type is JobType.CUT:
        return _cut_spec(drama, book, node)
    if node.type is JobType.SPEECH and node.scene is not None:
        return _speech_spec(drama, node.scene)
    composed = node.asset is not None and node.asset.composed
    words = node.asset.prompt.strip() if node.asset else ""
    own_prompt = "" if composed else words
    library = tuple(node.asset.references) if node.asset else ()
    if node.type is JobType.PORTRAIT and node.character is not None:
        character = book.character(node.character.id)
        prompt = own_prompt or portrait_prompt(character, drama.style)
        return PictureSpec(
            prompt=prompt, character=character, references=node.references, library=library, aspect_ratio=aspect_ratio
        )
    if node.scene is None or node.episode is None:
        artwork = book.artwork(node.asset) if node.asset else None
        return PictureSpec(
            prompt=own_prompt or (place_prompt(artwork) if artwork and artwork.location else drama.description),
            scene=artwork,
            references=node.references,
            shows=tuple(_shown(drama, one) for one in node.references),
            library=library,
            aspect_ratio=aspect_ratio,
        )
    scene = book.scene(node.episode, node.scene)
    if node.type is JobType.CLIP:
        seconds = node.asset.duration if node.asset and node.asset.duration else scene.seconds
        return ClipSpec(
            prompt=own_prompt or clip_prompt(scene, words),
            seconds=seconds,
            scene=scene,
            references=node.references,
            library=library,
            aspect_ratio=aspect_ratio,
        )
    wardrobe = node.scene.metadata.get("wardrobe", "")
    prompt = own_prompt or storyboard_prompt(scene, words, wardrobe if isinstance(wardrobe, str) else "")
    return PictureSpec(
        prompt=prompt,
        scene=scene,
        references=node.references,
        shows=tuple(_shown(drama, one) for one in node.references),
        library=library,
        aspect_ratio=aspect_ratio,
    )


def _shown(drama: Drama, node_id: str) -> str:
    """What a reference is a picture of, in words."""
    for character in drama.characters:
        if any(asset.id == node_id for asset in character.assets):
            return character.name
    for asset in drama.assets:
        if asset.id == node_id and isinstance(location := asset.metadata.get("location"), str):
            return f"the place: {location}"
    return "the moment before this one"


def _speech_spec(drama: Drama, scene: Scene) -> SpeechSpec:
    people = {one.id: one for one in drama.characters}
    lines = [(people.get(one.character_id), one) for one in scene.dialogue]
    return SpeechSpec(
        lines=tuple(
            SpeechLine(
                speaker=who.name if who else one.character_id,
                voice=", ".join(part for part in (who.gender, who.voice_description) if part) if who else "",
                tone=one.tone or "",
                words=one.line,
            )
            for who, one in lines
        ),
        language=drama.language,
    )


def _cut_spec(drama: Drama, book: BriefBook, node: Node) -> CutSpec:
    episode = node.episode
    if episode is None:
        raise ValueError(f"cut node {node.id} has no episode")
    clips: list[CutClip] = []
    speech: dict[str, str] = {}
    drawn: list[tuple[str, Scene]] = []
    for scene in episode.scenes:
        videos = [asset.id for asset in scene.assets if asset.kind is AssetKind.VIDEO]
        drawn += [(asset.id, scene) for asset in scene.assets if asset.kind is AssetKind.IMAGE][:1]
        if videos and speech_node_id(scene.id) in node.depends_on:
            speech[videos[0]] = speech_node_id(scene.id)
        bare = scene.model_copy(update={"assets": [], "metadata": {}, "image_url": None, "video_url": None})
        clips += [CutClip(node_id=one, scene=None if position else bare) for position, one in enumerate(videos)]
    cover = next((n for n, (_, scene) in enumerate(drawn) if scene.dialogue and people_in(scene)), 0)
    shown = drawn[cover][1] if drawn else episode.scenes[0]
    return CutSpec(
        episode_id=episode.id,
        number=drama.episodes.index(episode) + 1,
        title=episode.title,
        drama_title=drama.title,
        language=drama.language,
        clips=tuple(clips),
        storyboards=tuple(node_id for node_id, _ in drawn),
        labels=tuple(book.scene(episode, scene).label for _, scene in drawn),
        cover=book.scene(episode, shown),
        cover_index=cover,
        names={character.id: character.name for character in drama.characters},
        speech=speech,
    )


def with_legend(spec: PictureSpec, references: Sequence[Reference]) -> str:
    """The prompt, and what the pictures that are sent along show, in their order."""
    if not references:
        return spec.prompt
    words = dict(zip(spec.references, spec.shows, strict=False))
    own = f"the design of {spec.character.name}" if spec.character else "a reference for this picture"
    named = [words.get(one.node_id, own) for one in references]
    return attached_pictures(spec.prompt, named)


def provider_request(
    spec: WriteSpec | PictureSpec | ClipSpec | SpeechSpec,
    *,
    drama_id: str,
    model: str,
    references: Sequence[Reference] = (),
    idempotency_key: str = "",
) -> Request:
    """What the provider is sent for a frozen request, with its references resolved to files."""
    if isinstance(spec, WriteSpec):
        return WriteRequest(
            drama_id=drama_id,
            premise=spec.premise,
            screenplay=spec.screenplay,
            episodes=spec.episodes,
            language=spec.language,
            style=spec.style,
            feedback=spec.feedback,
            original=spec.original,
            model=model,
            idempotency_key=idempotency_key,
        )
    if isinstance(spec, PictureSpec):
        return ImageRequest(
            prompt=with_legend(spec, references),
            brief=spec.scene or spec.character,
            references=tuple(references),
            aspect_ratio=spec.aspect_ratio,
            model=model,
            idempotency_key=idempotency_key,
        )
    if isinstance(spec, SpeechSpec):
        return SpeechRequest(
            lines=tuple(SpokenLine(one.speaker, one.voice, one.tone, one.words) for one in spec.lines),
            language=spec.language,
            model=model,
            idempotency_key=idempotency_key,
        )
    return VideoRequest(
        prompt=spec.prompt,
        seconds=spec.seconds,
        brief=spec.scene,
        first_frame=references[0] if references else None,
        aspect_ratio=spec.aspect_ratio,
        model=model,
        idempotency_key=idempotency_key,
    )
