"""Coverage rules as files: read, checked, and applied to the members in the store."""
