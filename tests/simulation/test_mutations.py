"""The simulation can fail: with any one rule of the engine taken away, it finds what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
import sqlalchemy as sa

from connectors.base import Fetched
from plugin.store.braked import Kind
from plugin.store.due import KEY
from plugin.store.schema import due
from plugin.sync import backfill, merge, parcel, reconcile
from plugin.sync.absorb import Absorption
from plugin.sync.brakes import Brakes
from tests.simulation.story import BLOCK, Told, tell
from tests.simulation.test_convergence import SEEDS

Mutation = AbstractContextManager[Any]


def without_the_shadow() -> Mutation:
    """Nobody remembers what was agreed on: any difference is theirs to decide."""

    def two_way(sides: merge.Sides, policy: merge.Policy) -> merge.Merged:
        return merge.three_way(replace(sides, shadow=merge.MISSING, sent=merge.MISSING), policy)

    return mock.patch("plugin.sync.row.three_way", two_way)


def with_a_shadow_that_moves_without_a_read() -> Mutation:
    """What was to be written counts as agreed on, whether or not a read showed it."""
    sealed = parcel.sealed

    def trusting(one: parcel.Parcel, at: Any) -> Any:
        link = sealed(one, at)
        return replace(link, shadow={**link.shadow, **one.shared})

    return mock.patch.object(parcel, "sealed", trusting)


def without_what_was_sent() -> Mutation:
    """Nobody remembers what is being written."""
    sealed = parcel.sealed
    return mock.patch.object(parcel, "sealed", lambda one, at: replace(sealed(one, at), sent=None, sent_at=None))


def without_the_marks() -> Mutation:
    """What was marked while it was worked on counts as done."""

    def gone(rows: Any) -> sa.Delete:
        keys = [tuple(getattr(row, name) for name in KEY) for row in rows]
        return sa.delete(due).where(sa.tuple_(*(due.c[name] for name in KEY)).in_(keys))

    def same(row: Any) -> list[sa.ColumnElement[bool]]:
        return [due.c[name] == getattr(row, name) for name in KEY]

    return mock.patch.multiple("plugin.store.due", _delete=gone, _same=same)


def without_the_guard() -> Mutation:
    """A write goes through whatever happened since the read."""
    update = parcel.update
    return mock.patch.object(parcel, "update", lambda *told: update(*told[:-1], None))


def with_reads_that_began_before_the_push_ended() -> Mutation:
    """Every read counts, however old."""
    return mock.patch.object(Absorption, "_too_old", return_value=False)


def without_the_flip_flop_quarantine() -> Mutation:
    """What goes back and forth goes on doing so."""
    return mock.patch("plugin.sync.absorb.flip_flops", return_value={})


def without_the_log_of_deletions() -> Mutation:
    """A reconcile finds no proof that what was deleted for good is gone."""
    return mock.patch.object(reconcile, "_proven", return_value=[])


def without_the_drift_that_a_reconcile_finds() -> Mutation:
    """A reconcile passes over changes of which nobody told."""
    verdict = reconcile._verdict

    def blind(*told: Any, **more: Any) -> str | None:
        found = verdict(*told, **more)
        return None if found == reconcile.DRIFT else found

    return mock.patch.object(reconcile, "_verdict", blind)


def without_what_a_backfill_reads() -> Mutation:
    """A backfill merges nothing."""
    return mock.patch.object(backfill, "Fetched", lambda _rows, *told: Fetched((), *told))


def without_the_overwrite_brake() -> Mutation:
    """Any number of values is overwritten over there in a day."""
    return _unbraked("overwrite")


def without_the_delete_brake() -> Mutation:
    """Any number of records is deleted in a day."""
    return _unbraked("delete")


def _unbraked(let_go: Kind) -> Mutation:
    stopped = Brakes.stopped

    def loose(brakes: Brakes, conn: sa.Connection, system: str, kind: Kind, *told: Any) -> set[UUID]:
        return set() if kind == let_go else stopped(brakes, conn, system, kind, *told)

    return mock.patch.object(Brakes, "stopped", loose)


MUTATIONS = {
    without_the_shadow: 5,
    with_a_shadow_that_moves_without_a_read: 4,
    without_what_was_sent: 3,
    without_the_marks: 0,
    without_the_guard: 9,
    with_reads_that_began_before_the_push_ended: 4,
    without_the_flip_flop_quarantine: 3,
    without_the_log_of_deletions: 0,
    without_the_drift_that_a_reconcile_finds: 2,
    without_what_a_backfill_reads: 6,
    without_the_overwrite_brake: 2,
    without_the_delete_brake: 2,
}
"""Each with the block of seeds that is played first, because it found something the last time."""


@pytest.mark.parametrize(("mutation", "first"), MUTATIONS.items(), ids=[one.__name__ for one in MUTATIONS])
def test_the_simulation_finds_out(simulated: sa.Engine, mutation: Callable[[], Mutation], first: int):
    with mutation():
        found = next(_violations(simulated, first), None)
    assert found is not None, f"{SEEDS} seeds end well {mutation.__name__.replace('_', ' ')}"


def _violations(database: sa.Engine, first: int) -> Iterator[Told]:
    """Yield the stories in which a check found something: one that merely broke off proves nothing."""
    for block in sorted(range(SEEDS // BLOCK), key=lambda block: block != first):
        for told in tell(database, block):
            if not any(words.startswith("Traceback") for words in told.problems):
                yield told
