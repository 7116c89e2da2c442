"""What may go wrong and how often: the rules of a fault plan, from a file, a command line or a request."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from plugin.errors import UserError

Kind = Literal[
    "500", "503", "limit", "lock", "lock-500", "expired", "slow", "cut-before", "cut-after", "partial", "lag",
    "duplicate", "reorder",
]  # fmt: skip
MEANING: Mapping[Kind, str] = {
    "500": "answered with 500 UNKNOWN_EXCEPTION, nothing done",
    "503": "answered with 503 SERVER_UNAVAILABLE, nothing done",
    "limit": "answered with 403 REQUEST_LIMIT_EXCEEDED, nothing done",
    "lock": "answered with 400 UNABLE_TO_LOCK_ROW, nothing done",
    "lock-500": "answered with 500 UNABLE_TO_LOCK_ROW, nothing done",
    "expired": "the caller's session ends, and the call is answered with 401 INVALID_SESSION_ID",
    "slow": "answered the given seconds later",
    "cut-before": "the connection is cut before anything was done",
    "cut-after": "the connection is cut after everything was done",
    "partial": "some of the rows of a collection or bulk chunk is refused with UNABLE_TO_LOCK_ROW",
    "lag": "a query is answered as of the given seconds ago",
    "duplicate": "an outbound message that was acknowledged is sent once more",
    "reorder": "an outbound message is held back for the given seconds, others overtake it, its records come reversed",
}
NOTIFICATIONS = frozenset({"duplicate", "reorder"})
QUERY = re.compile(r"/services/data/v[\d.]+/query(All)?/?$")
LONGEST = 120.0
SHORT = re.compile(
    r"(?:(?P<method>[A-Z]+) )?(?P<endpoint>.*?):(?P<kind>[a-z0-9-]+):(?P<rate>[\d.]+)(?::(?P<seconds>[\d.]+))?"
)


class FaultRule(BaseModel):
    """One thing that may go wrong: `kind`, with the probability `rate`, at calls of `method` (any, if empty) in whose
    path the pattern `endpoint` is found (everywhere, if empty). Outbound messages have neither.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    rate: float = Field(ge=0, le=1)
    endpoint: str = Field(default="", max_length=200)
    method: str = Field(default="", pattern="^[A-Z]*$", max_length=10)
    seconds: float = Field(default=1.0, ge=0, le=LONGEST)
    share: float = Field(default=0.5, gt=0, le=1)
    on: bool = True

    @field_validator("endpoint")
    @classmethod
    def _is_pattern(cls, given: str) -> str:
        try:
            re.compile(given)
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from error
        return given

    def matches(self, method: str, path: str) -> bool:
        """Whether a call is one that the rule is about."""
        if not self.on or self.kind in NOTIFICATIONS or self.method not in ("", method):
            return False
        if self.kind == "lag" and not (method == "GET" and QUERY.search(path)):
            return False
        return re.search(self.endpoint, path) is not None


class FaultPlan(BaseModel):
    """All that may go wrong. The same `seed` and the same calls in the same order give the same faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    rules: tuple[FaultRule, ...] = Field(default=(), max_length=100)


def read_plan(given: object) -> FaultPlan:
    """Return the plan that parsed JSON or TOML says; UserError tells each thing that is wrong."""
    try:
        return FaultPlan.model_validate(given)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, each['loc'])) or 'the plan'}: {each['msg']}" for each in error.errors()]
        raise UserError(f"The faults can't be read: {'; '.join(told)}. The kinds are {', '.join(MEANING)}.") from error


def read_short(text: str) -> FaultRule:
    """Return the rule that `[METHOD ]ENDPOINT:KIND:RATE[:SECONDS]` says, such as `query:503:0.05`."""
    found = SHORT.fullmatch(text)
    if found is None:
        words = "A fault is ENDPOINT:KIND:RATE or ENDPOINT:KIND:RATE:SECONDS, such as query:503:0.05"
        raise UserError(f"{text!r} is no fault. {words}. The kinds are {', '.join(MEANING)}.")
    given: dict[str, Any] = {name: value for name, value in found.groupdict().items() if value is not None}
    return read_plan({"rules": [given]}).rules[0]


def read_file(path: Path) -> FaultPlan:
    """Return the plan of a TOML file: `seed`, and a `[[rules]]` for each rule."""
    try:
        return read_plan(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}. Name a file that can.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not TOML: {error}. Mend it and try again.") from error
