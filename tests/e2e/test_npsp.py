"""NPSP's own org and data through the whole loop: what comes back is what went in, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connectors.salesforce.config import config_from
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from plugin.bootstrap import SALESFORCE, check_system, engine_of, open_services
from plugin.settings import Settings
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.schema import TABLES, due, links, member_calculated
from plugin.sync.normal import normal
from plugin.sync.poll import first_sync, poll
from tests.e2e.npsp.counted import CountedConnector
from tests.e2e.npsp.loop import Loop, notifications, rows_of
from tests.e2e.npsp.nonprofit import EVERY, build
from tests.e2e.npsp.package import NAMESPACES

NOBODY = "http://127.0.0.1:9"
STAMPS = {"systemmodstamp", "lastmodifieddate", "lastmodifiedbyid"}


@pytest.fixture(scope="module")
def loop(
    postgres: EmbeddedPostgres, migrated_template: str, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loop]:
    org_name, ours_name = f"org_{uuid4().hex}", f"test_{uuid4().hex}"
    org_url = postgres.create_database(org_name)
    ours_url = postgres.create_database(ours_name, template=migrated_template)
    key = tmp_path_factory.mktemp("keys")
    with LocalOrg(org_url, folder=key, settings=OrgSettings(namespaces=NAMESPACES), retry_seconds=3600) as org:
        nonprofit = build(org, shared_data, NOBODY)
        settings = Settings(
            _env_file=None,
            DATABASE_URL=ours_url,
            salesforce_url=org.url,
            salesforce_client_id=org.client_id,
            salesforce_username=org.username,
            salesforce_private_key_file=_key_file(key, org),
            salesforce_mapping="npsp",
            salesforce_members="Contact",
            salesforce_admin_token=org.admin_token(),
        )
        services = open_services(settings)
        connector = CountedConnector(config_from(settings))
        checked = check_system(services, connector, with_flows=True)
        engine = engine_of(services, checked.require())
        before, told = rows_of(org_url), notifications(org_url)
        connector.begin()
        org.calls.reset()
        assert first_sync(engine, SALESFORCE, lambda _: None)
        engine.drain(SALESFORCE)
        calls = {
            "reads": connector.reads,
            "writes": connector.writes,
            "rows_read": connector.rows_read,
            "rows_written": connector.rows_written,
            "org": org.calls.by_kind(),
            "all": {"ours": connector.calls},
        }
        org.automation.settle()
        after, notified = rows_of(org_url), (told, notifications(org_url))
        yield Loop(nonprofit, engine, connector, checked.problems, before, after, notified, calls, org_url)
        services.close()
    for name in (org_name, ours_name):
        postgres.drop_database(name)


def _key_file(folder: Path, org: LocalOrg) -> Path:
    path = folder / "signing.pem"
    path.write_text(org.private_key, encoding="ascii")
    return path


def test_the_mapping_fits_the_org(loop: Loop) -> None:
    assert loop.problems == ()


def test_the_org_still_holds_what_was_loaded(loop: Loop) -> None:
    ids, data = loop.nonprofit.ids, loop.nonprofit.data
    parents = {"AccountId": "Account", "npsp__Primary_Affiliation__c": "Account"}
    parents |= {"npsp__Primary_Contact__c": "Contact", "npe01__Opportunity__c": "Opportunity"}
    loaded = {
        "Account": data.accounts,
        "Contact": data.contacts,
        "Opportunity": data.opportunities,
        "npe01__OppPayment__c": data.payments,
    }
    for name, records in loaded.items():
        there = loop.after[name.lower()]
        assert len(there) == len(records)
        for key, record in records.items():
            row = there[ids[name][key]]
            for field, value in record.items():
                expected = ids[parents[field]][value] if field in parents else value
                assert _as_json(row[field.lower()]) == expected, (name, key, field)


def test_every_contact_is_a_member_with_what_was_loaded(loop: Loop) -> None:
    members = loop.linked("member")

    expected = {
        loop.nonprofit.ids["Contact"][key]: {
            "name": f"{contact['FirstName']} {contact['LastName']}",
            "kind": "person",
            "joined_on": _day(contact.get("npo02__MembershipJoinDate__c")),
            "paid_through": _day(contact.get("npo02__MembershipEndDate__c")),
            "ended_on": None,
            "owner": loop.nonprofit.org.org.founding.admin_id,
            "coverage_segment": None,
            "deleted_at": None,
            "object": "Contact",
        }
        for key, contact in loop.nonprofit.data.contacts.items()
    }
    assert len(expected) == 1024
    assert members.keys() == expected.keys()
    assert {key: {name: row[name] for name in expected[key]} for key, row in members.items()} == expected
    assert loop.ours(sa.select(sa.func.count().label("all")).select_from(TABLES["member"])) == [{"all": 1024}]


def test_every_gift_that_came_in_is_in_the_history_of_its_donor(loop: Loop) -> None:
    gifts = loop.linked("dues_history")
    member_of = {key: row["id"] for key, row in loop.linked("member").items()}
    ids = loop.nonprofit.ids

    expected = {
        ids["Opportunity"][key]: {
            "amount": Decimal(str(gift["Amount"])),
            "recorded_on": _day(gift["CloseDate"]),
            "period_start": _day(gift.get("npe01__Membership_Start_Date__c")),
            "period_end": _day(gift.get("npe01__Membership_End_Date__c")),
            "member": member_of[ids["Contact"][gift["npsp__Primary_Contact__c"]]],
            "deleted_at": None,
        }
        for key, gift in loop.nonprofit.data.opportunities.items()
        if gift["StageName"] == "Closed Won" and "npsp__Primary_Contact__c" in gift
    }
    assert len(loop.nonprofit.data.opportunities) == 1517
    assert len(expected) > 1300
    assert gifts.keys() == expected.keys()
    assert {key: {name: row[name] for name in expected[key]} for key, row in gifts.items()} == expected


def test_every_member_has_its_calculated_fields_over_there(loop: Loop) -> None:
    schema = loop.engine.connected[SALESFORCE].schemas["Contact"]
    calculated = {row["member_id"]: row for row in loop.ours(sa.select(member_calculated))}
    contacts = loop.after["contact"]

    members = loop.linked("member")
    for external_id, member in members.items():
        kept = calculated[member["id"]]
        for ours, line in loop.members.calculated.items():
            field = schema.fields[line.theirs]
            expected = normal(line.to_theirs(kept[ours]), field)
            there = contacts[external_id][line.theirs.lower()]
            assert normal(_as_json(there), field) == expected, (external_id, line.theirs)
    status = {key: contacts[key]["vector_status__c"] for key in members}
    with_goals = {key for key, word in status.items() if word != "No goal"}
    assert with_goals == loop.nonprofit.with_goals
    assert len(with_goals) == 1024 // EVERY
    assert len({contacts[key]["success_score__c"] for key in with_goals}) >= 3


def test_nothing_else_in_the_org_changed(loop: Loop) -> None:
    written = {line.theirs.lower() for line in loop.members.calculated.values()}
    integration = loop.nonprofit.org.org.founding.integration_id

    assert loop.before.keys() == loop.after.keys()
    for name in loop.before.keys() - {"contact", "success_vector_snapshot__c"}:
        assert loop.after[name] == loop.before[name], name
    assert loop.after["contact"].keys() == loop.before["contact"].keys()
    for key, contact in loop.after["contact"].items():
        before = loop.before["contact"][key]
        changed = {column for column, value in contact.items() if value != before[column]}
        assert changed <= written | STAMPS, key
        assert contact["lastmodifiedbyid"] == integration


def test_the_org_tells_us_of_its_changes_and_never_of_ours(loop: Loop) -> None:
    before, after = loop.notified

    assert before >= 1024 + 1517
    assert after == before


def test_every_snapshot_is_over_there_once(loop: Loop) -> None:
    ours = {str(row["id"]): row for row in loop.ours(sa.select(TABLES["vector_snapshot"]))}
    theirs = {row["success_vector_id__c"]: row for row in loop.after["success_vector_snapshot__c"].values()}
    contact_of = {row["id"]: key for key, row in loop.linked("member").items()}

    assert len(theirs) == len(loop.after["success_vector_snapshot__c"])
    assert theirs.keys() == ours.keys()
    assert len(ours) >= len(loop.nonprofit.with_goals)
    for key, row in theirs.items():
        assert row["contact__c"] == contact_of[ours[key]["member"]]
        assert row["taken_on__c"] == ours[key]["taken_on"]
        assert float(row["score__c"] or 0) == pytest.approx(ours[key]["score"] or 0, abs=0.05)


def test_reads_and_writes_stay_within_their_bounds(loop: Loop) -> None:
    for name, calls in loop.calls["reads"].items():
        assert calls <= math.ceil(loop.calls["rows_read"][name] / 2000) + 2, name
    for name, calls in loop.calls["writes"].items():
        assert calls <= math.ceil(loop.calls["rows_written"][name] / 1000) + 2, name
    assert loop.calls["rows_written"]["Contact"] == 1024
    assert loop.calls["writes"]["Contact"] == 2
    assert loop.calls["rows_read"]["Contact"] == 1024
    assert loop.calls["rows_read"]["Opportunity"] == 1516
    assert loop.calls["reads"]["Opportunity"] == 1
    assert sum(loop.calls["org"].values()) == loop.calls["all"]["ours"]


def test_nothing_is_left_to_do_and_nothing_failed(loop: Loop) -> None:
    assert loop.ours(sa.select(due)) == []
    assert loop.ours(sa.text("SELECT * FROM dead_letters")) == []
    assert loop.ours(sa.select(links.c.state).distinct()) == [{"state": "active"}]


def test_a_second_sync_and_a_poll_read_and_write_nothing(loop: Loop) -> None:
    for _ in range(2):
        loop.connector.begin()

        read = poll(loop.engine, SALESFORCE)
        loop.engine.drain(SALESFORCE)

        assert read >= 1024
        assert loop.connector.rows_written == {}
        assert rows_of(loop.org_url) == loop.after


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _as_json(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value
