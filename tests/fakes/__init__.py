"""Test doubles that speak the seams: providers in process and vendors on the wire."""
