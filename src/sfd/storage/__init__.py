"""Bytes: an object store on disk, or in a bucket of R2 or another S3."""
