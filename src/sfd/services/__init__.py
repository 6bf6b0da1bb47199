"""Use cases, one transaction each: what the API and the CLI can do."""
