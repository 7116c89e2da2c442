"""Bulk jobs and duplicate rules against the local org, which speaks their real protocols."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from salesforce_world import FIELDS, SalesforceWorld

from connectors.base import Outcome, Write
from connectors.salesforce import bulk
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from plugin.store.embedded import EmbeddedPostgres


@pytest.fixture(scope="module")
def real(postgres: EmbeddedPostgres) -> Iterator[SalesforceWorld]:
    """A local org whose duplicate rules warn."""
    name = f"bulk_{uuid4().hex}"
    with LocalOrg(postgres.create_database(name), settings=OrgSettings(duplicate_rules="alert")) as server:
        with server.org.change_schema() as change:
            for field in FIELDS:
                change.put_field("Account", field)
        yield SalesforceWorld(server)
    postgres.drop_database(name)


@pytest.fixture
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ROWS_FROM", 20)


def jobs(real: SalesforceWorld) -> int:
    return real.connector.usage().by_kind.get("bulk", 0)


@pytest.mark.usefixtures("small_jobs")
def test_jobs_create_and_update_and_each_row_is_told_what_became_of_it(real: SalesforceWorld):
    before = jobs(real)
    rows = [{"Name": f"Bulk, {number}", "Key__c": f"b{number}", "Phone": "1"} for number in range(25)]
    rows[4]["Tier__c"] = "Bronze"
    made = real.connector.create([Write("Account", row, patient=True) for row in rows])
    assert [number for number, one in enumerate(made) if one.outcome is not Outcome.WRITTEN] == [4]
    assert made[4].outcome is Outcome.REJECTED
    assert made[4].fields == ("Tier__c",)
    ids = [one.id or "" for one in made]
    assert real.connector.find("Account", "Key__c", ["b0", "b24"]) == {"b0": ids[0], "b24": ids[24]}

    del ids[4]
    real.delete(ids[3])
    changes = [Write("Account", {"Phone": None, "Tier__c": "Gold"}, each, patient=True) for each in ids]
    changes[1] = Write("Account", {"Phone": "2"}, ids[1], patient=True)
    told = real.connector.update(changes)
    assert [number for number, one in enumerate(told) if one.outcome is not Outcome.WRITTEN] == [3]
    assert told[3].outcome is Outcome.GONE
    read = {row.id: row.values for row in real.connector.fetch("Account", ["Phone", "Tier__c"], ids).rows}
    assert read[ids[0]] == {"Phone": None, "Tier__c": "Gold"}
    assert read[ids[1]] == {"Phone": "2", "Tier__c": None}
    assert jobs(real) - before >= 8


@pytest.mark.usefixtures("small_jobs")
def test_a_creation_that_was_done_before_is_a_duplicate_and_changes_nothing(real: SalesforceWorld):
    rows = [Write("Account", {"Name": f"Once {n}", "Key__c": f"o{n}"}, patient=True) for n in range(20)]
    first = real.connector.create(rows)
    again = real.connector.create(
        [Write("Account", {**one.values, "Name": f"X{n}"}, patient=True) for n, one in enumerate(rows)]
    )
    assert {one.outcome for one in again} == {Outcome.DUPLICATE}
    assert [one.duplicate_of for one in again] == [one.id for one in first]


def test_what_a_duplicate_rule_takes_a_row_for_is_named_and_allowing_it_saves(real: SalesforceWorld):
    [known] = real.add([{"Name": "Sample Member 900"}])
    fresh = Write("Account", {"Name": "sample member 900"})
    [refused] = real.connector.create([fresh])
    assert (refused.outcome, refused.alike) == (Outcome.ALIKE, (known,))
    [saved] = real.connector.create([Write(fresh.object, fresh.values, allow_duplicates=True)])
    assert saved.outcome is Outcome.WRITTEN
