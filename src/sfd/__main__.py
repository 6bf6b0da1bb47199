"""`python -m sfd`."""

from sfd.cli import main

main()
