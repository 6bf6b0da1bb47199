"""Bytes: an object store on disk."""
