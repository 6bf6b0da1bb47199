"""The writer that needs no key and no model: a premise becomes an honest outline of a short drama."""

from sfd.outline.directions import episodes_wanted
from sfd.outline.outline import outline_drama

__all__ = ["episodes_wanted", "outline_drama"]
