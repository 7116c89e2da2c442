"""Answers of real orgs that others recorded, and how an answer of ours may be held against one."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

KINDS = {bool: "boolean", int: "number", float: "number", str: "text", dict: "object", list: "list"}


def cassette(path: Path) -> list[dict[str, Any]]:
    """The exchanges of a recording, those that it includes from another left out."""
    content = yaml.safe_load(gzip.decompress(path.read_bytes()))
    found = content.get("interactions") or [content]
    return [each for each in found if "request" in each]


def body_of(exchange: dict[str, Any]) -> Any:
    """The JSON that was answered; None where there was none."""
    text = exchange["response"].get("body", {}).get("string")
    return json.loads(text) if isinstance(text, str) and text.strip() else None


def text_of(exchange: dict[str, Any], folder: Path) -> str:
    """The text that was answered; where it is a template of the recordings' folder, that with its values."""
    said = exchange["response"]["body"]["string"]
    if isinstance(said, str):
        return said
    form = gzip.decompress((folder / f"{said['include_template']}.gz").read_bytes()).decode()
    values = said["vars"]
    return re.sub(r"\{(\w+)(?::(\w*))?\}", lambda part: str(values.get(part[1], part[2])), form)


def path_of(exchange: dict[str, Any]) -> str:
    """What was asked for, below the version."""
    return str(exchange["request"]["uri"]).partition("/services/data/v")[2].partition("/")[2]


def differences(theirs: Any, ours: Any, at: str = "") -> Iterator[str]:
    """Every place where one has a key that the other hasn't, or a value of another kind; null goes with anything.

    The entries of a list are held against one another as one: what any of them has.
    """
    if theirs is None or ours is None:
        return
    if KINDS[type(theirs)] != KINDS[type(ours)]:
        yield f"{at or '.'}: {KINDS[type(ours)]} instead of {KINDS[type(theirs)]}"
    elif isinstance(theirs, dict):
        yield from (f"{at}.{key}: missing" for key in sorted(theirs.keys() - ours.keys()))
        yield from (f"{at}.{key}: not theirs" for key in sorted(ours.keys() - theirs.keys()))
        for key in sorted(theirs.keys() & ours.keys()):
            yield from differences(theirs[key], ours[key], f"{at}.{key}")
    elif isinstance(theirs, list) and theirs and ours:
        yield from differences(as_one(theirs), as_one(ours), f"{at}[]")


def as_one(entries: list[Any]) -> Any:
    """What the entries of a list look like taken together."""
    if not all(isinstance(entry, dict) for entry in entries):
        return next((entry for entry in entries if entry is not None), None)
    whole: dict[str, Any] = {}
    for entry in entries:
        for key, value in entry.items():
            known = whole.get(key)
            both = isinstance(known, list) and isinstance(value, list)
            whole[key] = [*known, *value] if both and known is not None else (value if known is None else known)
    return whole
