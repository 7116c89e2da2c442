"""Faults on demand: refused, delayed, cut off before or after the work."""

from __future__ import annotations

import time
from http.client import HTTPConnection

import pytest
import requests

from connectors.salesforce.local_org.faults import Fault
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client


def test_the_next_matching_requests_are_refused_and_no_others(org: LocalOrg, admin: Client) -> None:
    fault = org.faults.force(Fault(times=2, method="POST", path="/sobjects/", status=500, code="UNABLE_TO_LOCK_ROW"))
    assert admin("GET", "/limits").status_code == 200
    for _ in range(2):
        assert admin.refusal("POST", "/sobjects/Account", {"Name": "A"})[:2] == (500, "UNABLE_TO_LOCK_ROW")
    assert fault.times == 0
    admin.create("Account", Name="A")


def test_a_connection_cut_before_the_work_leaves_nothing(org: LocalOrg, admin: Client) -> None:
    org.faults.force(Fault(path="/sobjects/", cut="before"))
    with pytest.raises(requests.ConnectionError):
        admin("POST", "/sobjects/Account", {"Name": "A"})
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_a_connection_cut_after_the_work_leaves_it_done(org: LocalOrg, admin: Client) -> None:
    org.faults.force(Fault(path="/sobjects/", cut="after"))
    with pytest.raises(requests.ConnectionError):
        admin("POST", "/sobjects/Account", {"Name": "A"})
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 1


def test_an_answer_can_be_late(org: LocalOrg, admin: Client) -> None:
    org.faults.force(Fault(delay=0.3))
    began = time.monotonic()
    assert admin("GET", "/limits").status_code == 200
    assert time.monotonic() - began >= 0.3


def test_somebody_can_edit_between_a_clients_read_and_its_write(org: LocalOrg, admin: Client) -> None:
    record_id = admin.create("Account", Name="A")

    def edit(method: str, path: str) -> None:
        if method == "PATCH" and path.endswith(record_id):
            org.on_request = None
            admin("PATCH", f"/sobjects/Account/{record_id}", {"Site": "theirs"})

    org.on_request = edit
    admin("PATCH", f"/sobjects/Account/{record_id}", {"Phone": "ours"})
    row = admin.row("Account", record_id)
    assert (row["Site"], row["Phone"]) == ("theirs", "ours")


def test_connections_stay_open_between_requests(org: LocalOrg) -> None:
    connection = HTTPConnection(org.host, org.port, timeout=5)
    connection.connect()
    first = connection.sock
    for path in ("/services/data", "/nowhere", "/services/data/v66.0/limits"):
        connection.request("POST", path, body=b'{"Nope": 1}', headers={"Content-Type": "application/json"})
        connection.getresponse().read()
    assert connection.sock is first
    connection.close()


def test_an_org_that_has_stopped_answers_nobody(org: LocalOrg, admin: Client) -> None:
    assert admin("GET", "/limits").status_code == 200
    org.stop()
    with pytest.raises(requests.ConnectionError):
        admin("GET", "/limits")
