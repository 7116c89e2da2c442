"""What to do about a component that Salesforce refuses, as far as its words tell."""

from __future__ import annotations

import re

_GENERATED = "Compare the mapping and the settings with the org by `success-vector check`, then install again."
_USUAL = "Put that file right, or give the org what it asks for, then install again."
_FIXES = (
    (
        r"^Dashboard .*(limit|maximum|too many|dynamic)",
        "Editions have few dashboards that run as whoever looks (Developer 3, Enterprise 5, Unlimited 10; those in the "
        "recycle bin count): delete one for good, or let one run as a fixed user, then install again.",
    ),
    (
        r"\b(limit|maximum number|too many)\b",
        "The org has as many of these as it may: remove what nobody uses (Setup, System Overview), then install again.",
    ),
    (
        r"cannot change .*type|already exists|already in use|duplicate",
        "Something else of that name is in the org: rename or remove it if it is not Success Vector's, then install "
        "again.",
    ),
    (
        r"\b(referenced|used) (by|in|elsewhere)|in use by",
        "Take apart in Setup what uses it, then run this again.",
    ),
)


def fix(where: str, what: str) -> str:
    """Return the next step for a refusal: `where` is the source file, `what` the component with Salesforce's words."""
    for words, step in _FIXES:
        if re.search(words, what, re.IGNORECASE | re.DOTALL):
            return step
    return _GENERATED if where.startswith("(generated)") else _USUAL
