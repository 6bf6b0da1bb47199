"""SFD: premise or screenplay in, vertical short-drama episodes out."""

__version__ = "0.1.0"
