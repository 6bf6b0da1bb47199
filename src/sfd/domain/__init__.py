"""The drama, its words and its errors: pure data, no I/O."""
