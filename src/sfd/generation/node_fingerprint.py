"""Pure: a node's frozen request, with the content of what it refers to, becomes its fingerprint."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sfd.domain.jobs import JobType
from sfd.generation.fingerprint import Fingerprint, fingerprint
from sfd.generation.requests import ClipSpec, CutSpec, NodeSpec, PictureSpec, SpeechSpec, inputs_of, library_inputs
from sfd.providers.base import Capabilities

CUT_PROVIDER = "sfd"
CUT_VERSION = "1"


def node_fingerprint(
    spec: NodeSpec,
    *,
    node_type: JobType,
    provider: str,
    model: str,
    capabilities: Capabilities | None,
    content: Mapping[str, str],
    library: Mapping[str, str],
) -> Fingerprint:
    """The fingerprint of a node's result, given content hashes of what it refers to: by node, by library asset."""
    shown = [(one, library[one]) for one in library_inputs(spec) if one in library]
    shown += [(one, content[one]) for one in inputs_of(spec) if one in content]
    parameters: dict[str, str] = {}
    if isinstance(spec, PictureSpec | ClipSpec):
        parameters["aspect_ratio"] = spec.aspect_ratio
    if isinstance(spec, ClipSpec):
        parameters["seconds"] = f"{spec.seconds:g}"
    return fingerprint(
        type=node_type,
        provider=provider,
        model=model,
        version=capabilities.version if capabilities else CUT_VERSION,
        prompt=spec.prompt if isinstance(spec, PictureSpec | ClipSpec) else "",
        parameters=parameters,
        references=shown,
        script=partial(_script, spec, capabilities),
    )


def _script(spec: NodeSpec, capabilities: Capabilities | None) -> Mapping[str, Any] | None:
    """What of the drama shows in the result besides the prompt."""
    if isinstance(spec, CutSpec):
        return spec.model_dump(mode="json", exclude={"storyboards", "labels", "cover", "cover_index", "speech"})
    if isinstance(spec, SpeechSpec):
        return spec.model_dump(mode="json", include={"lines", "language"})
    brief = spec.scene or (spec.character if isinstance(spec, PictureSpec) else None)
    if brief is None or capabilities is None or not capabilities.reads_script:
        return None
    return brief.model_dump(mode="json")
