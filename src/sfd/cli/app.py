"""Commands and their options. Each imports what it needs when it runs, so that help is instant."""

import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from sfd import __version__
from sfd.cli.ending import run_command
from sfd.cli.library_app import library
from sfd.domain.owner import DEFAULT_USER

EXIT_CODES = """
Exit codes: 0 done · 1 a defect, or work failed · 2 bad input · 3 not found · 4 busy or taken · 5 storage, database or
worker not available · 6 the run ended incomplete (resume makes the rest) · 7 a node needs a decision · 130 detached.
"""

app = typer.Typer(
    name="sfd",
    help="Premise or screenplay in, vertical short-drama episodes out.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # Rich help costs half of the 0.3 s that help may take
    pretty_exceptions_enable=False,
)

MaxCost = Annotated[
    float | None, typer.Option("--max-cost", metavar="USD", min=0, help="Pause before more than this is spent")
]
OutDir = Annotated[Path | None, typer.Option("--out", "-o", help="Where the films go [default: OUTPUTS_DIR]")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout instead")]
DramaId = Annotated[str, typer.Argument(metavar="DRAMA", help="A drama's id")]
Writer = Annotated[str, typer.Option(metavar="PROVIDER[:MODEL]", help="Who writes [default: WRITER]")]
Illustrator = Annotated[str, typer.Option(metavar="PROVIDER[:MODEL]", help="Who draws [default: ILLUSTRATOR]")]
Filmmaker = Annotated[str, typer.Option(metavar="PROVIDER[:MODEL]", help="Who films [default: FILMMAKER]")]
Episodes = Annotated[list[str] | None, typer.Option("--episode", help="Only this episode's id; may be repeated")]
Stage = Literal["portraits", "storyboards", "clips", "cuts"]
UntilStage = Annotated[Stage, typer.Option("--until", help="Stop after this stage")]


@app.callback(invoke_without_command=True)
def _options(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version", is_eager=True)] = False
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def make(
    premise: Annotated[
        str | None, typer.Argument(metavar="PREMISE", help="What the drama is about; `-` reads it from stdin")
    ] = None,
    screenplay: Annotated[
        Path | None, typer.Option("--screenplay", "-s", help="A finished screenplay (Fountain) instead")
    ] = None,
    episodes: Annotated[int | None, typer.Option("--episodes", "-n", help="How many episodes")] = None,
    language: Annotated[str, typer.Option(help="Language of the drama, such as en or zh-Hans")] = "",
    style: Annotated[str, typer.Option(help="Visual style of every picture")] = "",
    until: UntilStage = "cuts",
    out: OutDir = None,
    max_cost: MaxCost = None,
    writer: Writer = "",
    illustrator: Illustrator = "",
    filmmaker: Filmmaker = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would cost; write nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the film: write, draw, film, cut. Prints the paths of the finished episodes.

    Ctrl-C detaches: what was accepted is kept, and `sfd resume` goes on.
    """
    from sfd.cli.make import MakeRequest, make_film
    from sfd.providers.registry import CrewChoice

    crew = CrewChoice(writer, illustrator, filmmaker)
    request = MakeRequest(premise, screenplay, episodes, language, style, until, out, max_cost, crew)
    if dry_run:
        from sfd.cli.estimating import show_estimate

        run_command(lambda: show_estimate(request, as_json=as_json))
    run_command(lambda: make_film(request, as_json=as_json))


@app.command()
def execute(
    drama: DramaId,
    episode: Episodes = None,
    until: UntilStage = "cuts",
    out: OutDir = None,
    max_cost: MaxCost = None,
    illustrator: Illustrator = "",
    filmmaker: Filmmaker = "",
    *,
    force: Annotated[bool, typer.Option(help="New takes of everything, also of what waits for a decision")] = False,
    as_json: AsJson = False,
) -> None:
    """Make what is missing or stale of a drama."""
    from sfd.cli.make import RunRequest, run_drama
    from sfd.providers.registry import CrewChoice

    request = RunRequest(
        drama,
        resume=False,
        episodes=episode,
        until=until,
        force=force,
        out=out,
        max_cost_usd=max_cost,
        crew=CrewChoice("", illustrator, filmmaker),
    )
    run_command(lambda: run_drama(request, as_json=as_json))


@app.command(short_help="Go on with a run, or make only what is missing.")
def resume(drama: DramaId, out: OutDir = None, max_cost: MaxCost = None, *, as_json: AsJson = False) -> None:
    """Go on with a run that was left, or make what failed or is missing, and nothing else."""
    from sfd.cli.make import RunRequest, run_drama

    request = RunRequest(drama, resume=True, episodes=None, until="cuts", force=False, out=out, max_cost_usd=max_cost)
    run_command(lambda: run_drama(request, as_json=as_json))


@app.command(short_help="What an execution would make, its price and its time.")
def plan(
    drama: DramaId,
    episode: Episodes = None,
    until: UntilStage = "cuts",
    illustrator: Illustrator = "",
    filmmaker: Filmmaker = "",
    *,
    force: Annotated[bool, typer.Option(help="As if new takes of everything were asked for")] = False,
    as_json: AsJson = False,
) -> None:
    """What an execution would make, why, at what price, and how long it would take. Starts nothing."""
    from sfd.cli.planning import PlanRequest, show_plan

    run_command(lambda: show_plan(PlanRequest(drama, episode, until, force, illustrator, filmmaker), as_json=as_json))


@app.command(short_help="Have a language model judge a drama.")
def critique(drama: DramaId, writer: Writer = "", max_cost: MaxCost = None, *, as_json: AsJson = False) -> None:
    """Have a language model judge a drama as it is written: a score and notes, for it and for each episode."""
    from sfd.cli.critique import judge_drama

    run_command(lambda: judge_drama(drama, writer, max_cost, as_json=as_json))


@app.command(short_help="A drama and what is made of it; or all dramas.")
def show(
    drama: Annotated[str | None, typer.Argument(metavar="DRAMA", help="A drama's id; none lists all")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """A drama: its cast, episodes and scenes, and what is made of them. Without an id: all dramas."""
    from sfd.cli.reading import list_dramas, show_drama

    if drama is None:
        run_command(lambda: list_dramas(as_json=as_json))
    else:
        run_command(lambda: show_drama(drama, as_json=as_json))


@app.command()
def jobs(
    drama: DramaId,
    *,
    every: Annotated[bool, typer.Option("--all", help="The node jobs too, not only the runs")] = False,
    export: Annotated[bool, typer.Option("--export", help="Write one JSON file per job into JOBS_DIR")] = False,
    as_json: AsJson = False,
) -> None:
    """The jobs of a drama, newest first."""
    from sfd.cli.reading import export_jobs, list_jobs

    if export:
        run_command(lambda: export_jobs(drama))
    else:
        run_command(lambda: list_jobs(drama, every=every, as_json=as_json))


@app.command(short_help="Copy a drama out of the library.")
def export(
    drama: DramaId,
    out: OutDir = None,
    *,
    fountain: Annotated[bool, typer.Option("--fountain", help="Print the screenplay on stdout, write nothing")] = False,
) -> None:
    """Copy a drama's films, subtitles, pictures and screenplay out of the library."""
    from sfd.cli.reading import export_drama

    run_command(lambda: export_drama(drama, out, fountain=fountain))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind [default: HOST]")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to bind [default: PORT]")] = None,
    *,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Serve only; another process runs the jobs")] = False,
) -> None:
    """The API, and in the same process a worker."""
    from sfd.cli.serving import serve_api

    _exit(serve_api(host, port, work=not no_worker))


@app.command()
def worker() -> None:
    """Run jobs without serving the API, until stopped."""
    from sfd.cli.serving import run_worker

    run_command(run_worker)


@app.command(short_help="Check this machine and its settings.")
def doctor() -> None:
    """Check this machine and its settings; each finding says how to mend it."""
    from sfd.cli.doctor import examine

    run_command(examine)


@app.command()
def pause(drama: DramaId) -> None:
    """Pause the run of a drama: what is being made is finished, nothing new starts until `sfd resume`."""
    from sfd.cli.controlling import pause_drama

    run_command(lambda: pause_drama(drama))


@app.command()
def cancel(job: Annotated[str, typer.Argument(metavar="JOB", help="A job's id")]) -> None:
    """Cancel a run or one job of it. What was paid for is kept."""
    from sfd.cli.controlling import cancel_job

    run_command(lambda: cancel_job(job))


@app.command()
def delete(drama: DramaId) -> None:
    """Delete a drama and cancel its runs. Files that were made stay in the asset library."""
    from sfd.cli.controlling import delete_drama

    run_command(lambda: delete_drama(drama))


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version. Every start does so by itself."""
    from sfd.cli.operating import migrate_database

    run_command(migrate_database)


@app.command(short_help="Remove what nothing needs any more.")
def gc(
    *, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go; remove nothing")] = False
) -> None:
    """Remove what nothing needs any more. Whoever runs jobs does so daily by itself."""
    from sfd.cli.operating import collect_garbage

    run_command(lambda: collect_garbage(dry_run=dry_run))


@app.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet")]) -> None:
    """Copy the SQLite database into a file, consistent although runs go on."""
    from sfd.cli.operating import back_up_database

    run_command(lambda: back_up_database(file))


@app.command(short_help="Let a file of yours stand for a picture or clip.")
def take(
    drama: DramaId,
    node: Annotated[str, typer.Argument(metavar="NODE", help="A planned asset's id, such as e1s1.storyboard")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="A picture or MP4 film, or a library asset's id")],
) -> None:
    """Let a file of yours stand for a planned picture or clip. It costs nothing; what is made from it is stale then."""
    from sfd.cli.library import take_file

    run_command(lambda: take_file(drama, node, file))


app.add_typer(library, name="library")
keys = typer.Typer(no_args_is_help=True, help="API keys: make, list, revoke.")
app.add_typer(keys, name="keys")


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for")],
    user: Annotated[str, typer.Option(help="The user it acts for")] = DEFAULT_USER,
    project: Annotated[str | None, typer.Option(help="Bind it to this project; it sees nothing else")] = None,
    scopes: Annotated[str, typer.Option(help="Comma-separated: read, write, spend, admin")] = "read,write,spend",
    cap: Annotated[str | None, typer.Option(metavar="USD", help="The most that it may spend in all")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it on stdout, this once."""
    from sfd.cli.keys import create_key, key_request

    run_command(lambda: create_key(key_request(name, user, project, scopes, cap), as_json=as_json))


@keys.command("list")
def list_keys(*, as_json: AsJson = False) -> None:
    """Every key, without its secret."""
    from sfd.cli.keys import list_keys

    run_command(lambda: list_keys(as_json=as_json))


@keys.command("revoke")
def revoke_key(
    key: Annotated[str, typer.Argument(metavar="ID", help="A key's id, as `sfd keys list` shows it")],
) -> None:
    """Make a key useless, in running servers within seconds."""
    from sfd.cli.keys import revoke_key

    run_command(lambda: revoke_key(key))


def _exit(code: int) -> NoReturn:
    raise typer.Exit(code)


def main() -> None:
    """The entry point."""
    sys.exit(app())
