"""Faults that happen by themselves, by seed and rate: what may go wrong, when it does, and the panel that shows it."""
