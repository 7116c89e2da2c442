"""Errors, named by what to do next. Every message says what was wrong, where, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self


class SuccessVectorError(Exception):
    """What all errors of this project share."""


class UserError(SuccessVectorError):
    """Something only a person can put right: a setting, a mapping, a key. The message is the whole report."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `where` it stands, `what` is wrong and the `fix`. A warning stops nothing."""

    where: str
    what: str
    fix: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.fix}"


class Problems(UserError):
    """Several things are wrong at once; `problems` lists every one."""

    def __init__(self, heading: str, problems: Sequence[Problem]) -> None:
        self.heading = heading
        self.problems = tuple(problems)
        super().__init__("\n".join([heading, *(f"  - {problem}" for problem in self.problems)]))

    @classmethod
    def within(cls, what: str, problems: Sequence[Problem]) -> Self:
        """Return the problems under a heading that counts them: `The mapping own.toml has 2 mistakes:`."""
        many = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        return cls(f"{what} has {many}:", problems)


class RetryLater(SuccessVectorError):
    """The other side can't answer now and nothing was done: the same call may go through after `seconds`."""

    def __init__(self, message: str, seconds: float = 30.0) -> None:
        self.seconds = seconds
        super().__init__(message)


class OutcomeUnknown(RetryLater):
    """The connection broke after a write was sent: it may or may not have landed. Read back before writing again."""


class LimitReached(RetryLater):
    """The other side's quota is used up until `seconds` from now."""


class SignInFailed(UserError):
    """The other side refused our identity."""


class WrongOrg(UserError):
    """The system answers with another identity than the one pinned at the first sync."""


class Unreachable(RetryLater):
    """The other side can't be reached at all: nothing was sent."""
