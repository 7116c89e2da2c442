"""The service beside a real local org for a long while: bursts of edits, faults, killed processes; nothing is lost."""
