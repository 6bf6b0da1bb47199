"""Another process that keeps an SQLite database locked for itself.

python database_lock.py FILE   → prints LOCKED; until its input ends
"""

import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(database: Path) -> Generator[None]:
    """Nobody else can write while the block runs."""
    command = [sys.executable, __file__, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "LOCKED"
        yield
        holder.stdin.close()
        assert holder.wait(30) == 0


if __name__ == "__main__":
    connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("LOCKED", flush=True)
    sys.stdin.read()
    connection.execute("ROLLBACK")
