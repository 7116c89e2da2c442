"""The errors of Salesforce that others have written down: ours have the same status, code and words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connectors.salesforce.local_org.faults import Fault
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client


def errors(shared_data: Path, kind: str) -> list[dict[str, Any]]:
    table: dict[str, list[dict[str, Any]]] = json.loads((shared_data / "salesforce" / "error_bodies.json").read_text())
    return table[kind]


def test_the_table_of_errors_holds(make_org: Callable[..., LocalOrg], shared_data: Path) -> None:
    org = make_org(settings=OrgSettings(duplicate_rules="alert"))
    admin = Client(org, org.admin_token())
    first = admin.create("Account", Name="A", Key__c="k")
    asked: list[tuple[str, str, Any]] = [
        ("POST", "/sobjects/Account", {"foo": 1}),
        ("GET", "/sobjects/Foo", None),
        ("PATCH", "/sobjects/Account/Namez/1", {"Name": "B"}),
        ("POST", "/sobjects/Account", {"Name": "B", "Key__c": "k"}),
        ("POST", "/sobjects/Account", {"Name": "A"}),
        ("PATCH", f"/sobjects/Account/{first}", {"Name": "B"}),
        ("GET", "/limits", None),
    ]
    org.faults.force(Fault(path=f"/Account/{first}", status=500, code="UNABLE_TO_LOCK_ROW"))
    org.faults.force(Fault(path="/limits", status=403, code="REQUEST_LIMIT_EXCEEDED"))
    told = [admin.refusal(*request) for request in asked]
    told.append(Client(org, "00D!no").refusal("GET", "/limits"))
    for theirs in errors(shared_data, "rest_errors"):
        if theirs["http"] == 300:
            continue
        (body,) = theirs["body"]
        # What comes after the words is about the record at hand.
        words = str(body["message"]).partition(":")[0].partition(" '")[0]
        alike = [(status, code) for status, code, message in told if message.startswith(words)]
        assert alike == [(theirs["http"], body["errorCode"])], theirs


def test_several_records_of_one_key_are_told_by_their_addresses(admin: Client, shared_data: Path) -> None:
    (theirs,) = (each for each in errors(shared_data, "rest_errors") if each["http"] == 300)
    ids = [admin.create("Account", Name=name, Loose__c="twice") for name in ("A", "B")]
    ours = admin("PATCH", "/sobjects/Account/Loose__c/twice", {"Name": "C"})
    assert ours.status_code == theirs["http"]
    assert ours.json() == [f"/services/data/v66.0/sobjects/Account/{each}" for each in ids]
    assert [each.rpartition("/")[0].partition("/v")[2][4:] for each in theirs["body"]] == ["/sobjects/Whizbang"] * 2


def test_a_refused_sign_in_is_told_as_in_the_table(org: LocalOrg, shared_data: Path) -> None:
    form = {"grant_type": "refresh_token", "client_id": org.client_id, "refresh_token": "gone"}
    ours = Client(org, "")("POST", "/services/oauth2/token", data=form).json()
    known = errors(shared_data, "oauth_errors")
    # The other one is of a way to sign in, by a password, that this org hasn't.
    assert ours in known
    assert [each["error_description"] for each in known if each != ours] == [
        "authentication failure - Invalid Password"
    ]
