"""The domain: dated facts in, results out; no I/O, no clock, no vendor."""
