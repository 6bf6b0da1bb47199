"""The `sfd` command."""

from sfd.cli.app import main

__all__ = ["main"]
