"""Adapters to model services, one file each, behind the seam of `base`."""
