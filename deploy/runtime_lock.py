"""Pick from the lock what SFD itself needs, with versions and hashes untouched.

    python runtime_lock.py pyproject.toml requirements.lock [EXTRA …]   → the shorter lock on stdout

The lock notes under each package which others asked for it (`# via`). From the project's own dependencies, and those of
the named extras, these notes are followed; nothing is resolved anew.
"""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ASKER = re.compile(r"^ +#(?: via)? +(?!via$)([A-Za-z0-9][\w.-]*)", re.MULTILINE)


def canonical(requirement: str) -> str:
    """The normalized name at the start of a requirement (PEP 503)."""
    found = _NAME.match(requirement.strip())
    if found is None:
        raise SystemExit(f"{requirement!r} is not a requirement.")
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def blocks_of(lock: str) -> dict[str, str]:
    """Each package's lines of a lock, by name; for another Python it may be there in another version too."""
    found: dict[str, str] = {}
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        if "==" in block.partition("\n")[0]:
            name = canonical(block)
            found[name] = found.get(name, "") + block
    return found


def needs_of(blocks: Mapping[str, str]) -> dict[str, set[str]]:
    """What each package needs, read from who asked for whom."""
    needs: defaultdict[str, set[str]] = defaultdict(set)
    for name, block in blocks.items():
        for asker in _ASKER.findall(block):
            needs[canonical(asker)].add(name)
    return needs


def reached(roots: Iterable[str], needs: Mapping[str, set[str]]) -> set[str]:
    """Everything that the roots need, themselves included."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, ())
    return found


def main(pyproject: Path, lock: Path, extras: Iterable[str]) -> str:
    """The shorter lock."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    blocks = blocks_of(lock.read_text(encoding="utf-8"))
    kept = reached(map(canonical, wanted), needs_of(blocks))
    if unknown := kept - blocks.keys():
        raise SystemExit(f"The lock lacks {', '.join(sorted(unknown))}. Run `make lock`.")
    return "".join(blocks[name] for name in sorted(kept))


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
