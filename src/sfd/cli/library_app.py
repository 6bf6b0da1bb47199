"""`sfd library …`: its commands and their options."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from sfd.cli.ending import run_command

library = typer.Typer(no_args_is_help=True, help="The asset library: every file that was made or brought.")

AssetId = Annotated[str, typer.Argument(metavar="ASSET", help="A library asset's id")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout instead")]
Kind = Literal["image", "video", "text", "audio"]


@library.command("list")
def list_files(
    project: Annotated[str | None, typer.Option(help="Only files of this project")] = None,
    kind: Annotated[Kind | None, typer.Option("--type", help="Only files of this kind")] = None,
    tag: Annotated[str | None, typer.Option(help="Only files with this tag")] = None,
    query: Annotated[str | None, typer.Option("--query", "-q", help="In the filename, the tags or the prompt")] = None,
    drama: Annotated[str | None, typer.Option(help="Only what was made for this drama")] = None,
    node: Annotated[str | None, typer.Option(help="Only what was made for this node")] = None,
    uses: Annotated[str | None, typer.Option(metavar="ASSET", help="Only what was made from this file")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most")] = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """The files of the library, newest first."""
    from sfd.cli.library import list_files
    from sfd.services.library import LibraryFilter

    wanted = LibraryFilter(
        project=project, asset_type=kind, tag=tag, text=query, drama_id=drama, node_id=node, uses=uses
    )
    run_command(lambda: list_files(wanted, limit, as_json=as_json))


@library.command("show")
def show_file(asset: AssetId, *, as_json: AsJson = False) -> None:
    """One file: where it came from, what it was made from, what uses it."""
    from sfd.cli.library import show_file

    run_command(lambda: show_file(asset, as_json=as_json))


@library.command("get")
def get_file(
    asset: AssetId,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A file or folder [default: its own name here]")
    ] = None,
) -> None:
    """Copy a file out of the library. Prints its path."""
    from sfd.cli.library import get_file

    run_command(lambda: get_file(asset, out))


@library.command("put")
def put_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A picture, film, sound or text")],
    project: Annotated[str, typer.Option(help="The project it belongs to")] = "library",
    tag: Annotated[str, typer.Option(help="What it is: character, storyboard, clip, reference …")] = "reference",
    kind: Annotated[Kind | None, typer.Option("--type", help="Refuse it if it is of another kind")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Bring a file into the library. Prints its id."""
    from sfd.cli.library import put_file

    run_command(lambda: put_file(file, project, tag, kind, as_json=as_json))


@library.command("rm")
def remove_file(
    asset: AssetId, *, force: Annotated[bool, typer.Option(help="Though something uses it")] = False
) -> None:
    """Delete a file; for some days `sfd library restore` brings it back."""
    from sfd.cli.library import remove_file

    run_command(lambda: remove_file(asset, force=force))


@library.command("restore")
def restore_file(asset: AssetId) -> None:
    """Bring back a file that was deleted not long ago."""
    from sfd.cli.library import restore_file

    run_command(lambda: restore_file(asset))


@library.command("reindex", short_help="Bring back records that only the store knows.")
def reindex() -> None:
    """Bring back the records of every file whose sidecar lies in the store, such as after the database was lost.

    Dramas, jobs and takes are not in the store: they come from a backup of the database.
    """
    from sfd.cli.library import reindex

    run_command(reindex)


@library.command("verify", short_help="Look whether every file is whole.")
def verify(
    *,
    deep: Annotated[bool, typer.Option(help="Read every byte and compare its hash, not only the size")] = False,
    as_json: AsJson = False,
) -> None:
    """Look whether every file is whole; of lost ones say what they were for, and what making them anew costs.

    Changes nothing. Ends with 1 when something is lost or damaged.
    """
    from sfd.cli.library import verify

    run_command(lambda: verify(deep=deep, as_json=as_json))
