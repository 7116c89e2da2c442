"""The simulation can fail: with any one rule of the engine taken away, it finds what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
import sqlalchemy as sa

from plugin.store.due import KEY
from plugin.store.schema import due
from plugin.sync import merge, parcel
from plugin.sync.absorb import Absorption
from tests.simulation.story import BLOCK, tell
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

    return mock.patch("plugin.store.due._delete", gone)


def without_the_guard() -> Mutation:
    """A write goes through whatever happened since the read."""
    update = parcel.update
    return mock.patch.object(parcel, "update", lambda *told: update(*told[:-1], None))


def with_reads_that_began_before_the_push_ended() -> Mutation:
    """Every read counts, however old."""
    return mock.patch.object(Absorption, "_too_old", return_value=False)


MUTATIONS = (
    without_the_shadow,
    with_a_shadow_that_moves_without_a_read,
    without_what_was_sent,
    without_the_marks,
    without_the_guard,
    with_reads_that_began_before_the_push_ended,
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
def test_the_simulation_finds_out(simulated: sa.Engine, mutation: Any):
    with mutation():
        found = next(_stories_that_end_badly(simulated), None)
    assert found is not None, f"{SEEDS} seeds end well {mutation.__name__.replace('_', ' ')}"


def _stories_that_end_badly(database: sa.Engine) -> Iterator[Any]:
    for block in range(SEEDS // BLOCK):
        yield from tell(database, block)
