"""What `--json` prints."""

from __future__ import annotations

import json
from typing import Any

import click


def print_json(value: Any) -> None:
    """Print a value as JSON for other programs: indented; days, moments, amounts and ids as text."""
    click.echo(json.dumps(value, default=str, indent=2, ensure_ascii=False))
