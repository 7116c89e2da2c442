"""Outbound messages: what they look like, and that they are sent until they are acknowledged."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.outbound.sender import post
from tests.unit.local_org.automation.conftest import ACK, Bench
from tests.unit.local_org.automation.zips import message, package, start, workflow

NO_ACK = ACK.replace(b"true", b"false")
OUT = "{http://soap.sforce.com/2005/09/outbound}"
SOBJECT = "{urn:sobject.enterprise.soap.sforce.com}"


def notified(body: bytes) -> list[tuple[str, str]]:
    """Notification ids and record ids of a message."""
    return [
        (each.findtext(f"{OUT}Id") or "", each.findtext(f"{OUT}sObject/{SOBJECT}Id") or "")
        for each in ElementTree.fromstring(body).iter(f"{OUT}Notification")
    ]


def test_a_message_has_salesforces_form(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    account = bench.create("Account", Name="Acme & <Sons>")
    bench.automation.settle()

    (body,) = bench.endpoint.bodies
    ((notification, record),) = notified(body)
    root = ElementTree.fromstring(body)
    said = root.find(f".//{OUT}notifications")
    assert said is not None
    assert [child.tag.removeprefix(OUT) for child in said] == [
        "OrganizationId",
        "ActionId",
        "SessionId",
        "EnterpriseUrl",
        "PartnerUrl",
        "Notification",
    ]
    assert said.findtext(f"{OUT}OrganizationId") == bench.org.id
    assert (said.findtext(f"{OUT}ActionId") or "").startswith("04k")
    assert notification.startswith("04l")
    assert record == account
    sobject = root.find(f".//{OUT}sObject")
    assert sobject is not None
    assert sobject.get("{http://www.w3.org/2001/XMLSchema-instance}type") == "sf:Account"
    assert sobject.findtext(f"{SOBJECT}Name") == "Acme & <Sons>"


def test_a_message_holds_what_is_true_when_it_is_sent(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    account = bench.create("Account", Name="Old")
    bench.update("Account", account, Name="New")

    bench.automation.settle()

    assert b"<sf:Name>New</sf:Name>" in bench.endpoint.bodies[0]


def test_a_hundred_notifications_at_most_go_in_one_message(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    for number in range(2):
        with bench.org.work() as work:
            dml.create(work, "Account", [{"Name": f"{number} {each}"} for each in range(101)])

    bench.automation.settle()

    assert [len(notified(body)) for body in bench.endpoint.bodies] == [100, 100, 2]
    assert len({each for body in bench.endpoint.bodies for each in notified(body)}) == 202


def test_a_message_is_repeated_until_it_is_acknowledged(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    bench.endpoint.answers = [(500, b"down"), (200, NO_ACK), (200, b"no xml"), (200, b"<a/>"), (204, ACK)]
    bench.create("Account", Name="Acme")

    waits = []
    for _ in range(5):
        wait = bench.automation.settle()
        assert wait is not None
        waits.append(wait)
        assert bench.messages() == 1
        bench.clock.now += timedelta(seconds=wait)
    assert bench.automation.settle() is None

    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert len({tuple(notified(body)) for body in bench.endpoint.bodies}) == 1
    report = bench.automation.sender.report()
    assert (report["pending"], report["sent"], report["failed"], report["lost"]) == (0, 1, 5, 0)


def test_nothing_is_sent_before_it_is_due_again(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    bench.endpoint.answers = [(500, b"down")]
    bench.create("Account", Name="Acme")

    bench.automation.settle()
    bench.automation.settle()

    assert len(bench.endpoint.bodies) == 1
    assert "500" in bench.automation.sender.report()["last_error"]


def test_a_message_is_lost_after_a_day(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    bench.endpoint.answers = [(500, b"down")] * 2
    bench.create("Account", Name="Acme")

    bench.automation.settle()
    bench.clock.now += timedelta(hours=25)

    assert bench.automation.settle() is None
    assert bench.automation.sender.report()["lost"] == 1


def test_a_restart_loses_no_message(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    bench.endpoint.answers = [(500, b"down")]
    account = bench.create("Account", Name="Acme")
    bench.automation.settle()
    bench.automation.stop()

    again = Bench(bench.url)
    try:
        again.clock.now += timedelta(seconds=10)
        again.automation.settle()
        assert [record for body in again.endpoint.bodies for _, record in notified(body)] == [account]
        again.create("Account", Name="Another")
        again.automation.settle()
        assert len(again.endpoint.bodies) == 2
    finally:
        again.close()


def test_messages_can_be_held_and_sent_again(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    bench.automation.hold(True)
    bench.create("Account", Name="Acme")
    bench.automation.settle()
    assert bench.endpoint.bodies == []

    bench.automation.hold(False)
    bench.automation.settle()
    assert bench.automation.sender.resend(4) == [200, 200, 200, 200]

    assert len(bench.endpoint.bodies) == 5
    assert len(set(bench.endpoint.bodies)) == 1


def test_a_field_that_the_user_may_not_see_is_left_out(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    files = {"workflows/Account.workflow": workflow(message(fields=("Id", "Name", "Phone")))}
    assert bench.deploy(package(files, {"Workflow": ["Account"]}))["success"]
    bench.create("Account", Name="Acme", Phone="secret")

    bench.automation.settle()

    assert b"<sf:Name>Acme" in bench.endpoint.bodies[0]
    assert b"secret" not in bench.endpoint.bodies[0]


class _Acknowledging(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(dict(self.headers))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(ACK)))
        self.end_headers()
        self.wfile.write(ACK)

    def log_message(self, *_: object) -> None:
        pass


def test_a_message_goes_over_http_within_a_second_of_the_commit(make_bench: Callable[..., Bench]) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Acknowledging)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bench = make_bench()
    bench.with_flow(start("Create"))
    address = f"http://127.0.0.1:{server.server_port}/hook"
    bench.automation.sender._post = lambda _, body: post(address, body)
    bench.automation.start()
    try:
        bench.create("Account", Name="Acme")
        deadline = time.monotonic() + 5
        while bench.messages() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert bench.messages() == 0
    finally:
        server.shutdown()
        server.server_close()
    (headers,) = server.seen  # type: ignore[attr-defined]
    assert headers["Content-Type"].startswith("text/xml")
    assert headers["SOAPAction"] == '""'
