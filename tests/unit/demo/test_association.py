"""The made-up association: believable, neutral, and the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.engine import Connection

from mappings.load import load
from mappings.model import Mapping
from plugin.demo.association import association
from plugin.demo.record import ORDER, Rows
from plugin.domain.standing import Standing, standings
from plugin.scoring import facts
from plugin.store import records
from plugin.store.records import Origin

TODAY = date(2026, 6, 15)
BESIDE = {"Task": {"WhatId", "Status"}, "Event": {"WhatId", "DurationInMinutes", "ActivityDateTime"}}
"""Standard fields that a task or an event needs, and that we don't read."""


@pytest.fixture(scope="module")
def rows() -> Rows:
    return association(TODAY)


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return load("salesforce", ["Account"])


def test_one_seed_makes_the_same_rows_and_another_makes_others(rows: Rows) -> None:
    assert association(TODAY) == rows
    assert association(TODAY, seed=1) != rows


def test_the_rows_only_move_with_the_day() -> None:
    earlier, later = association(TODAY, 40), association(TODAY + timedelta(days=7), 40)
    assert [one.key for name in ORDER for one in earlier[name]] == [one.key for name in ORDER for one in later[name]]
    before = [one.fields.get("Due__c") for one in earlier["Success_Milestone__c"]]
    after = [one.fields.get("Due__c") for one in later["Success_Milestone__c"]]
    assert [str(date.fromisoformat(str(day)) + timedelta(days=7)) for day in before] == after


def test_every_field_is_one_that_the_mapping_reads(rows: Rows, mapping: Mapping) -> None:
    for name, made in rows.items():
        source = mapping.source(name)
        known = {*source.read_fields, *(condition.field for condition in source.where), *BESIDE.get(name, ())}
        assert {field for one in made for field in (*one.fields, *one.references)} <= known, name


def test_what_a_record_refers_to_comes_before_it(rows: Rows) -> None:
    seen: set[str] = set()
    for name in ORDER:
        for one in rows[name]:
            assert set(one.references.values()) <= seen, one
            seen.add(one.key)


def test_nothing_happened_in_the_future(rows: Rows) -> None:
    past = (
        "Achieved_On__c",
        "Reversed_On__c",
        "Done_On__c",
        "Agreed_On__c",
        "Confirmed_On__c",
        "Read_On__c",
        "Closed_On__c",
    )
    days = [one.fields[name] for made in rows.values() for one in made for name in past if name in one.fields]
    assert max(str(day) for day in days) <= TODAY.isoformat()


def test_most_members_have_a_goal_and_some_goals_are_versions_of_others(rows: Rows) -> None:
    open_ = {one.references["Account__c"] for one in rows["Desired_Outcome__c"] if "Closed_On__c" not in one.fields}
    assert len(rows["Account"]) == 300
    assert 240 <= len(open_) <= 270
    assert sum("Supersedes__c" in one.references for one in rows["Desired_Outcome__c"]) >= 10
    past = [one for one in rows["Desired_Outcome__c"] if str(one.fields.get("Time_Frame__c", "9")) < TODAY.isoformat()]
    assert any("Closed_On__c" not in one.fields for one in past)
    assert any("Confirmed_On__c" not in one.fields for one in rows["Desired_Outcome__c"])


def test_names_are_plainly_made_up(rows: Rows) -> None:
    assert all(str(one.fields["Name"]).startswith("Sample Member ") for one in rows["Account"])
    assert len({one.fields["Name"] for one in rows["Account"]}) == len(rows["Account"])


def stored(conn: Connection, rows: Rows, mapping: Mapping) -> list[UUID]:
    """Save the rows as the mapping reads them; return the members."""
    ids: dict[str, UUID] = {}
    at = datetime.combine(TODAY - timedelta(days=900), datetime.min.time(), UTC)
    for name in ORDER[:-2]:
        source, batch = mapping.source(name), []
        for one in rows[name]:
            canonical = source.to_canonical({**one.fields, **one.references})
            parents = {ours: ids[found[1]] for ours, found in canonical.references.items() if found and found[1] in ids}
            batch.append((None, {**canonical.fields, **parents}, Origin("Ann", "crm", at, at)))
        made = records.save_many(conn, source.entity, batch)
        ids.update(zip((one.key for one in rows[name]), made, strict=True))
    return [ids[one.key] for one in rows["Account"]]


def test_statuses_and_flags_are_mixed_as_in_a_real_portfolio(conn: Connection, rows: Rows, mapping: Mapping) -> None:
    members = stored(conn, rows, mapping)
    found: list[Standing] = standings(facts(conn, members, TODAY, "UTC"), TODAY)
    share = {status: count / len(found) for status, count in Counter(one.vector.status for one in found).items()}
    assert 0.30 <= share["on_course"] <= 0.42
    assert 0.15 <= share["drifting"] <= 0.25
    assert 0.08 <= share["off_course"] <= 0.16
    assert all(share[status] >= 0.02 for status in ("holding", "grace", "arrived", "no_goal"))
    assert 5 <= sum(one.expansion.flag == "ready" for one in found) <= 45
    assert 3 <= sum(one.advocacy.flag == "ready" for one in found) <= 45
    assert 3 <= sum(one.vector.success_gap == "open" for one in found) <= 30
