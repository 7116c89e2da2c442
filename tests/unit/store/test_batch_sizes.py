"""Sizes of calls that outlive the worker that learnt them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Engine

from plugin.store import batch_sizes

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_was_learnt_is_there_for_the_next_worker_and_for_no_other_system(engine: Engine):
    with engine.begin() as conn:
        batch_sizes.keep(conn, "salesforce", {}, {"Account": 25, "Contact": 100}, NOW)
        batch_sizes.keep(conn, "salesforce", {"Account": 25, "Contact": 100}, {"Account": 12, "Contact": 100}, NOW)
        assert batch_sizes.load(conn, "salesforce", NOW) == {"Account": 12, "Contact": 100}
        assert batch_sizes.load(conn, "chapter", NOW) == {}


def test_a_size_that_met_no_trouble_grows_by_a_quarter_a_day(engine: Engine):
    with engine.begin() as conn:
        batch_sizes.keep(conn, "salesforce", {}, {"Account": 40, "Case": 1}, NOW)
        after = [batch_sizes.load(conn, "salesforce", NOW + timedelta(days=days)) for days in (0.9, 1, 2)]
        long_after = batch_sizes.load(conn, "salesforce", NOW + timedelta(days=4000))
    assert [one["Account"] for one in after] == [40, 50, 62]
    assert [one["Case"] for one in after] == [1, 2, 3]
    assert min(long_after.values()) > 200


def test_an_object_that_bears_the_usual_again_is_forgotten(engine: Engine):
    with engine.begin() as conn:
        batch_sizes.keep(conn, "salesforce", {}, {"Account": 40, "Case": 1}, NOW)
        batch_sizes.keep(conn, "salesforce", {"Account": 40, "Case": 1}, {"Case": 1}, NOW)
        assert batch_sizes.load(conn, "salesforce", NOW) == {"Case": 1}


def test_what_another_worker_learnt_meanwhile_stays(engine: Engine):
    with engine.begin() as conn:
        batch_sizes.keep(conn, "salesforce", {}, {"Account": 40}, NOW)
        batch_sizes.keep(conn, "salesforce", {}, {"Case": 10}, NOW)
        assert batch_sizes.load(conn, "salesforce", NOW) == {"Account": 40, "Case": 10}
