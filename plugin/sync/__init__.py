"""The engine: fetch, score, push; it knows no vendor."""
