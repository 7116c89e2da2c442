"""The named points between read, save, call and commit, where a crash must lose and double nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """A place in the path of one change; the engine says when it passes one."""

    READ = "read, not saved"
    SAVED = "saved, not committed"
    FETCHED = "fetch committed"
    SCORED = "scored, not committed"
    SENT = "what will be written is committed, the call not made"
    CALLED = "the call answered, nothing noted"
    NOTED = "the answer noted, not committed"
    PUSHED = "push committed"


Passing = Callable[[Point], None]


def on_and_on(_point: Point) -> None:
    """Pass every point without a stop."""
