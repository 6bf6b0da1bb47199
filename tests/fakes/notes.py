"""What tests say about where they ran, shown at the end of a run whether or not workers run beside each other."""

from collections.abc import Callable

import pytest

NOTES = pytest.StashKey[dict[str, None]]()
Note = Callable[[str], None]
