"""The systems that we connect, one folder each."""
