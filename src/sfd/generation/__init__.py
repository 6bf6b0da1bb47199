"""The heart: what must be made for a drama, in which order, at which price, and making it."""
