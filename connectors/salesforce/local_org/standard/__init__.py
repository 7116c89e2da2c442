"""The standard objects that every org starts with: our own, smaller, definitions."""
