"""Field mappings: which of their objects and fields hold which of ours."""
