"""Retrieving metadata: what was deployed, as files again."""
