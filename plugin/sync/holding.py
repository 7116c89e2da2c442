"""The fields of a link that wait for a person, or that one has settled, as the link keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Row
from plugin.store.links import Link
from plugin.sync.merge import STUCK, Verdict, Why
from plugin.sync.row import RowMerge

REVIEW, SETTLED = "review", "settled"
LAGGING = timedelta(minutes=2)
"""No read shows what a system held longer ago than this: a copy that answers in its stead may be behind."""
UNTOLD = {Verdict.PUSH, Verdict.WAIT}


def waiting(link: Link) -> dict[str, dict[str, Any]]:
    """Return what is kept of the fields that wait for a person, by their names."""
    return _of(link, REVIEW)


def blocked(quarantined: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that are not to be written: all that are quarantined, but those that a person has settled."""
    return frozenset(name for name, why in quarantined.items() if _reason(why) != SETTLED)


def settled(link: Link) -> frozenset[str]:
    """Return the fields that a person has decided on, and that the other side hasn't been told yet."""
    return frozenset(_of(link, SETTLED))


def stuck(link: Link) -> dict[str, Why]:
    """Return the fields that wait whatever is read, until both sides agree, and why."""
    return {name: Why(kept["why"]) for name, kept in waiting(link).items() if kept["why"] in STUCK}


def undecided(link: Link) -> dict[str, tuple[Any, Any]]:
    """Return the values, theirs first, of the fields of which nobody could tell who was later."""
    held = {name: kept for name, kept in waiting(link).items() if kept["why"] == Why.UNDECIDED}
    return {name: (kept["theirs"], kept["ours"]) for name, kept in held.items()}


def surely_seen_at(link: Link) -> datetime | None:
    """Return until when, by their clock, a link's last read of its values surely saw every change of them.

    That is the change that it showed, as a tombstone's later stamp says nothing of values; or as far as a copy may lag.
    """
    if link.read_at is None:
        return link.modified_at
    surely = link.read_at - LAGGING
    return max(surely, link.modified_at) if link.modified_at else surely


def seen_at(link: Link) -> dict[str, datetime | None]:
    """Return when the fields that are held last showed what was agreed on."""
    seen = {name: kept.get("seen") for name, kept in waiting(link).items()}
    return {name: datetime.fromisoformat(moment) if moment else None for name, moment in seen.items()}


def after(link: Link, row: Row, merged: RowMerge, now: datetime) -> dict[str, Any]:
    """Return what the link is to keep after a read: both values of each held field, by whom theirs is, and why."""
    kept = {name: why for name, why in link.quarantined.items() if _reason(why) not in {REVIEW, SETTLED}}
    kept |= {name: link.quarantined[name] for name in settled(link) if merged.verdicts.get(name) in UNTOLD}
    seen = surely_seen_at(link)
    first = {"since": now.isoformat(), "seen": seen.isoformat() if seen else None}
    for name, why in merged.held.items():
        known = waiting(link).get(name)
        both = {"theirs": merged.theirs[name], "ours": merged.ours.get(name), "why": why.value}
        entry = {**(known or first), "reason": REVIEW, **both}
        if known is None or known["theirs"] != both["theirs"]:
            entry |= {"theirs_by": row.modified_by, "theirs_at": row.modified_at.isoformat()}
        kept[name] = entry
    return kept


def _of(link: Link, reason: str) -> dict[str, dict[str, Any]]:
    return {name: why for name, why in link.quarantined.items() if _reason(why) == reason}


def _reason(why: Any) -> str | None:
    return why.get("reason") if isinstance(why, Mapping) else None
