from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from scripted_salesforce import CUT, Reply, ScriptedSalesforce, Seen, error

from connectors.salesforce.auth import ClientCredentials
from connectors.salesforce.client import ATTEMPTS, SalesforceClient
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.failures import Refused
from plugin.errors import LimitReached, OutcomeUnknown, RetryLater, SignInFailed, Unreachable


@pytest.fixture
def client(connector: SalesforceConnector) -> SalesforceClient:
    return connector.client


def expired() -> Reply:
    return error(401, "INVALID_SESSION_ID", "Session expired or invalid")


def test_the_version_and_the_address_are_those_of_the_settings(org: ScriptedSalesforce, client: SalesforceClient):
    org.on("GET", "/limits", Reply({}))
    client.request("GET", "limits")
    (call,) = org.calls()
    assert call.path == "/services/data/v66.0/limits"
    assert call.headers["Authorization"].endswith("!t1")
    assert "gzip" in call.headers["Accept-Encoding"]
    assert "X-PrettyPrint" not in call.headers


def test_an_expired_session_is_renewed_once_and_the_call_repeated(org: ScriptedSalesforce, client: SalesforceClient):
    org.on("GET", "/limits", expired(), Reply({"ok": True}))
    assert client.json("GET", "limits") == {"ok": True}
    assert org.sign_ins == 2


def test_an_expired_session_lets_a_write_be_repeated_because_it_was_refused(
    org: ScriptedSalesforce, client: SalesforceClient
):
    org.on("POST", "/composite", expired(), Reply({"ok": True}))
    assert client.json("POST", "composite", json={}) == {"ok": True}


def test_many_threads_renew_an_expired_session_once(org: ScriptedSalesforce, client: SalesforceClient):
    barrier = threading.Barrier(6, timeout=5)

    def answer(seen: Seen) -> Reply:
        return expired() if seen.headers["Authorization"].endswith("!t1") else Reply({})

    org.on("GET", "/limits", answer)
    client.token()

    def read(_: int) -> object:
        barrier.wait()
        return client.json("GET", "limits")

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(read, range(6))) == [{}] * 6
    assert org.sign_ins == 2


def test_a_session_refused_right_after_signing_in_is_reported_with_the_next_step(
    org: ScriptedSalesforce, client: SalesforceClient
):
    org.on("GET", "/limits", expired())
    with pytest.raises(SignInFailed, match=r"right after signing in.*API Enabled"):
        client.request("GET", "limits")
    assert org.sign_ins == 2


def test_a_given_token_that_has_expired_is_not_renewed(org: ScriptedSalesforce):
    org.on("GET", "/limits", expired())
    with pytest.raises(SignInFailed, match="Take a new one"):
        SalesforceClient.with_token(org.url, "00D!admin").request("GET", "limits")
    assert org.sign_ins == 0


@pytest.mark.parametrize("status", [400, 500, 503])
def test_a_lock_is_waited_out_whatever_the_status(
    org: ScriptedSalesforce, client: SalesforceClient, naps: list[float], status: int
):
    org.on("GET", "/limits", error(status, "UNABLE_TO_LOCK_ROW"), error(status, "UNABLE_TO_LOCK_ROW"), Reply({}))
    assert client.json("GET", "limits") == {}
    assert len(naps) == 2


def test_a_read_is_given_up_after_a_few_attempts(org: ScriptedSalesforce, client: SalesforceClient, naps: list[float]):
    org.on("GET", "/limits", error(503, "SERVER_UNAVAILABLE", "Try again"))
    with pytest.raises(RetryLater, match="SERVER_UNAVAILABLE"):
        client.request("GET", "limits")
    assert len(org.calls()) == ATTEMPTS
    assert sum(naps) < 30


def test_a_cut_read_is_repeated(org: ScriptedSalesforce, client: SalesforceClient):
    org.on("GET", "/limits", CUT, Reply({}))
    assert client.json("GET", "limits") == {}


def test_a_cut_write_is_never_repeated(org: ScriptedSalesforce, client: SalesforceClient):
    org.on("POST", "/composite", CUT, Reply({}))
    with pytest.raises(OutcomeUnknown, match="broke before the answer"):
        client.request("POST", "composite", json={})
    assert len(org.calls()) == 1


@pytest.mark.parametrize("reply", [Reply(b"<html>bad gateway</html>", 502), Reply(b"<html>login</html>", 200)])
def test_a_write_answered_by_something_in_between_is_unknown(
    org: ScriptedSalesforce, client: SalesforceClient, reply: Reply
):
    org.on("POST", "/composite", reply)
    with pytest.raises(OutcomeUnknown):
        client.json("POST", "composite", json={})
    assert len(org.calls()) == 1


@pytest.mark.parametrize("as_list", [True, False])
def test_an_exhausted_day_limit_is_not_tried_again(org: ScriptedSalesforce, client: SalesforceClient, as_list: bool):
    body = {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}
    org.on("GET", "/limits", Reply([body] if as_list else body, 403))
    with pytest.raises(LimitReached, match="24 hours are used up") as caught:
        client.request("GET", "limits")
    assert caught.value.seconds >= 60
    assert len(org.calls()) == 1


def test_too_many_concurrent_calls_are_no_exhausted_day(org: ScriptedSalesforce, client: SalesforceClient):
    org.on("GET", "/limits", error(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."), Reply({}))
    assert client.json("GET", "limits") == {}


def test_a_refused_call_names_the_code_and_the_next_step(org: ScriptedSalesforce, client: SalesforceClient):
    org.on("GET", "/query", error(400, "INVALID_FIELD", "No such column 'foo' on entity 'Account'"))
    with pytest.raises(Refused, match=r"No such column 'foo'.*success-vector check") as caught:
        client.request("GET", "query")
    assert caught.value.code == "INVALID_FIELD"


def test_an_unreachable_org_is_said_to_be_unreachable_and_nothing_was_sent(naps: list[float]):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    client = SalesforceClient(f"http://127.0.0.1:{port}", ClientCredentials("a", "b"), sleep=naps.append)
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port} can't be reached.*nothing was sent"):
        client.request("POST", "composite", json={})
    assert len(naps) == ATTEMPTS - 1


def test_an_org_that_sends_us_elsewhere_is_a_wrong_address(org: ScriptedSalesforce, client: SalesforceClient):
    org.on("POST", "/composite", Reply(None, 302, {"Location": f"{org.url}/elsewhere"}))
    with pytest.raises(Refused, match="SUCCESS_VECTOR_SALESFORCE_URL"):
        client.request("POST", "composite", json={})
    assert len(org.calls()) == 1


def test_usage_is_read_from_every_answer_and_calls_are_counted_by_kind(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    told = {"Sforce-Limit-Info": "api-usage=18/15000; per-app-api-usage=17/250(appName=x)"}
    org.on("GET", "/limits", Reply({}, headers=told))
    connector.client.request("GET", "limits")
    connector.client.request("GET", "limits", kind="query")
    usage = connector.usage()
    assert (usage.used, usage.limit, usage.calls) == (18, 15000, 2)
    assert usage.by_kind == {"sign-in": 1, "read": 1, "query": 1}


def test_a_file_is_sent_as_multipart_with_its_own_content_type(org: ScriptedSalesforce):
    org.on("POST", "/metadata/deployRequest", Reply({"id": "0Af"}, 201))
    client = SalesforceClient.with_token(org.url, "00D!admin")
    answer = client.request(
        "POST",
        "metadata/deployRequest",
        files={"json": (None, "{}", "application/json"), "file": ("deploy.zip", b"PK", "application/zip")},
    )
    assert answer.status_code == 201
    assert org.calls()[0].headers["Content-Type"].startswith("multipart/form-data; boundary=")
