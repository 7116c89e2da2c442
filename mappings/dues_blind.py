"""What a member pays decides neither segment nor score: no segment is mapped from a field about money."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mappings.document import SourceTable
from mappings.reports import Finding
from plugin.domain.appropriate_experience import ATTRIBUTES
from plugin.domain.entities import Entity

_MONEY_WORDS = frozenset(
    {
        "amount",
        "arr",
        "billed",
        "contribution",
        "donation",
        "donations",
        "donor",
        "dues",
        "fee",
        "fees",
        "gift",
        "gifts",
        "giving",
        "income",
        "invoice",
        "invoiced",
        "mrr",
        "paid",
        "pay",
        "payment",
        "payments",
        "price",
        "pricing",
        "revenue",
        "revenues",
        "spend",
        "spending",
        "spent",
        "turnover",
    }
)
_DUES_BLIND = "What a member pays decides neither segment nor score. Segment by how the member wants to be served."


def money_in_segments(table: SourceTable, entity: Entity) -> Iterator[Finding]:
    """Yield every line by which a field about money would decide a coverage segment, or what its rules look at."""
    if entity.name == "coverage_segment":
        lines = [(f"fields.{ours}", line.field) for ours, line in table.fields.items()]
        lines += [(f"where.{number}", line.field) for number, line in enumerate(table.where or (), 1)]
    else:
        lines = [("references.coverage_segment", theirs) for theirs in table.references.get("coverage_segment", {})]
    if entity.name == "member":
        lines += [(f"fields.{ours}", line.field) for ours, line in table.fields.items() if ours in ATTRIBUTES]
    for where, theirs in lines:
        if about_money(theirs):
            yield where, f"{theirs} looks like an amount of money", _DUES_BLIND


def about_money(name: str) -> bool:
    """Return whether a field's name speaks of dues, revenue or another amount of money."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return any(word.casefold() in _MONEY_WORDS for word in words)
