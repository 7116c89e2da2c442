"""What is deleted on one side goes on the other, once; what somebody edited meanwhile doesn't go unnoticed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mappings.model import Deletes
from plugin.store import dead_letters, links, records
from plugin.store.records import Origin
from plugin.sync.poll import poll
from tests.e2e.conftest import Connected

GOALS = "Desired_Outcome__c"


@pytest.fixture
def pushing(connected: Connected) -> Connected:
    """Our side of the org, with a mapping that lets deletions out."""
    system = connected.engine.connected["salesforce"]
    sources = tuple(replace(one, deletes=Deletes.PUSH) for one in system.mapping.sources)
    mapping = replace(system.mapping, sources=sources)
    connected.engine.connected = {"salesforce": replace(system, mapping=mapping)}
    return connected


@pytest.fixture
def goals(pushing: Connected) -> list[str]:
    """Three goals without milestones that both sides have; the package lets the integration user delete goals."""
    member = pushing.office.create("Account", Name="Sample Member 750", Is_Member__c=True)
    made = [pushing.office.create(GOALS, Name=f"Goal {number}", Account__c=member) for number in range(3)]
    take_in(pushing)
    return made


def take_in(connected: Connected) -> None:
    poll(connected.engine, "salesforce")
    connected.settle()


def ours(connected: Connected, goal: str) -> dict[str, Any]:
    with connected.engine.database.connect() as conn:
        record_id = links.by_external(conn, "salesforce", [goal])[goal].record_id
        return records.load(conn, "desired_outcome", [record_id])[record_id]


def delete_here(connected: Connected, goal: str) -> None:
    record, now = ours(connected, goal), connected.engine.clock()
    with connected.engine.database.begin() as conn:
        records.delete(conn, "desired_outcome", record["id"], Origin("someone", "workbook", now, now))
        connected.engine.mark_push(conn, "desired_outcome", {record["id"]})
        connected.engine.mark_score(conn, "desired_outcome", {record["id"]})


def there(connected: Connected, *goals: str) -> dict[str, dict[str, Any]]:
    """Return these records as the org holds them, those in its bin included."""
    listed = ", ".join(f"'{one}'" for one in goals)
    soql = f"SELECT Id, Name, IsDeleted, SystemModstamp FROM {GOALS} WHERE Id IN ({listed})"
    found = connected.office.client.json("GET", "queryAll", params={"q": soql})["records"]
    return {row["Id"]: row for row in found}


def letters(connected: Connected) -> list[tuple[str | None, str]]:
    with connected.engine.database.connect() as conn:
        return [(one.code, one.our_words) for one in dead_letters.newest(conn)]


def test_what_is_deleted_here_goes_there_once_and_nothing_else_goes(pushing: Connected, goals: list[str]):
    delete_here(pushing, goals[0])
    pushing.settle()
    gone = there(pushing, *goals)
    assert [gone[one]["IsDeleted"] for one in goals] == [True, False, False]
    take_in(pushing)
    assert there(pushing, *goals) == gone
    assert letters(pushing) == []


def test_what_is_deleted_there_goes_here_and_comes_back_with_an_undelete(pushing: Connected, goals: list[str]):
    pushing.office.client.request("DELETE", f"sobjects/{GOALS}/{goals[1]}")
    take_in(pushing)
    assert ours(pushing, goals[1])["deleted_at"] is not None
    assert [ours(pushing, one)["deleted_at"] for one in (goals[0], goals[2])] == [None, None]
    pushing.office.undelete(goals[1])
    take_in(pushing)
    assert ours(pushing, goals[1])["deleted_at"] is None
    assert not there(pushing, goals[1])[goals[1]]["IsDeleted"]
    assert letters(pushing) == []


def test_what_was_edited_there_since_our_last_read_is_not_deleted(pushing: Connected, goals: list[str]):
    pushing.office.edit(GOALS, goals[2], Name="Edited there")
    delete_here(pushing, goals[2])
    pushing.settle()
    row = there(pushing, goals[2])[goals[2]]
    assert (row["IsDeleted"], row["Name"]) == (False, "Edited there")
    [(code, words)] = letters(pushing)
    assert code == "EDITED_THERE"
    assert goals[2] in words


@pytest.fixture
def between(pushing: Connected, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Edit the records listed here between the service's read and its deletion."""
    edited: list[str] = []
    connector = pushing.engine.connected["salesforce"].connector
    delete = connector.delete

    def deleting(writes: Any) -> Any:
        for one in edited:
            pushing.office.edit(GOALS, one, Name="Edited at the last moment")
        return delete(writes)

    monkeypatch.setattr(connector, "delete", deleting)
    return edited


def test_what_is_edited_there_as_it_is_deleted_is_reported(pushing: Connected, goals: list[str], between: list[str]):
    between.append(goals[0])
    for one in goals[:2]:
        delete_here(pushing, one)
    pushing.settle()
    assert [row["IsDeleted"] for row in there(pushing, *goals[:2]).values()] == [True, True]
    [(code, words)] = letters(pushing)
    assert code == "EDITED_THERE"
    assert goals[0] in words
    assert "It lies in the bin" in words
    pushing.office.undelete(goals[0])
    take_in(pushing)
    assert ours(pushing, goals[0])["name"] == "Edited at the last moment"
    assert letters(pushing) == []
