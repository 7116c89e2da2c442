"""Plan templates: shipped ones and the association's own, read from TOML and applied to members."""
