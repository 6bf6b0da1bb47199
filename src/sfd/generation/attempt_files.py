"""The files of an attempt under way: what is being received, and an answer that is whole and paid for."""

import glob
import json
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sfd.providers.base import Made
from sfd.storage.disk import flush_file


@dataclass(frozen=True)
class AttemptFiles:
    """`part` is written by one process life alone; `whole`, with what is known of it in `note`, is durable."""

    part: Path
    whole: Path
    note: Path

    @classmethod
    def of(cls, spool: Path, job_id: str, number: int, owner: str) -> "AttemptFiles":
        """The files of one attempt of a job in the spool."""
        stem = f"{job_id}.{number}"
        return cls(spool / f"{stem}.{owner}.part", spool / f"{stem}.bin", spool / f"{stem}.json")

    def keep_answer(self, made: Made) -> None:
        """Make the answer to a direct request durable: after this, a crash does not lose what was paid for."""
        note = {"media_type": made.media_type, "usd": str(made.usd) if made.usd is not None else None}
        written = self.part.with_suffix(".note")
        written.write_text(json.dumps({**note, "metadata": dict(made.metadata)}), encoding="utf-8")
        flush_file(written)
        written.replace(self.note)
        flush_file(self.part)
        self.part.replace(self.whole)
        flush_file(self.whole.parent)

    def read_note(self) -> Made:
        """What was noted of the answer."""
        note = json.loads(self.note.read_text(encoding="utf-8"))
        usd = Decimal(note["usd"]) if note["usd"] is not None else None
        return Made(note["media_type"], usd, note["metadata"])

    def remove(self) -> None:
        """Remove the files, those of dead processes too."""
        remove_left(self.whole.parent, self.whole.stem)


def remove_left(spool: Path, stem: str) -> None:
    """Remove files and folders in the spool that belong to a job, or to one attempt of it."""
    for path in spool.glob(f"{glob.escape(stem)}.*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
