"""What sends no outbound message."""

from __future__ import annotations

from connectors.salesforce.local_org import deletes
from connectors.salesforce.local_org.merges import merge
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import SEND, flow, message, package, start, workflow

BOTH = {"Account": "Account.Told", "Contact": "Contact.Told"}


def listening(bench: Bench) -> None:
    """Have every creation and every change of accounts and contacts tell."""
    files = {f"workflows/{name}.workflow": workflow(message(fields=("Id",))) for name in BOTH}
    for name, told in BOTH.items():
        elements = SEND.replace("Account.Told", told)
        for when in ("Create", "Update"):
            files[f"flows/{name}_{when}.flow"] = flow(start(when, of=name), elements)
    members = {"Workflow": list(BOTH), "Flow": [f"{name}_{when}" for name in BOTH for when in ("Create", "Update")]}
    result = bench.deploy(package(files, members))
    assert result["success"], result["details"]["componentFailures"]


def told(bench: Bench) -> list[tuple[str, str]]:
    """Which messages wait about which records."""
    return [tuple(row) for row in bench.rows("SELECT message, record FROM org_meta.notifications ORDER BY number")]


def test_deletes_send_no_outbound_message(bench: Bench) -> None:
    listening(bench)
    account = bench.create("Account", Name="Sample")
    contact = bench.create("Contact", LastName="Sample", AccountId=account)
    before = told(bench)
    assert before == [("account.told", account), ("contact.told", contact)]
    with bench.org.work() as work:
        (result,) = deletes.delete(work, [account])
    assert result.success
    assert bench.rows("SELECT bool_and(isdeleted) FROM org.contact") == [(True,)]
    assert told(bench) == before


def test_a_merge_sends_none_for_the_loser_and_none_for_reparented_children(bench: Bench) -> None:
    listening(bench)
    stays, goes = (bench.create("Account", Name=name) for name in ("Stays", "Goes"))
    contact = bench.create("Contact", LastName="Sample", AccountId=goes)
    before = told(bench)
    with bench.org.work() as work:
        result = merge(work, "Account", stays, [goes])
    assert result.error is None
    assert bench.rows("SELECT accountid FROM org.contact WHERE id = %s", contact) == [(stays,)]
    assert told(bench)[len(before) :] == [("account.told", stays)]
