"""The back-test: what the success vector would have told on past days, held against what became of members."""
