"""Counts and ratios: what things cost, and how the cost grows."""
