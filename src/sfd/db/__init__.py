"""Records: the only place that knows SQL."""
