"""Whatever a client sends to the resources that take much at once is answered, and never with a fault of our own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(
    ["Account", "Contacts", "insert", "GET", "POST", "v66.0/limits", "/services/data/v66.0/sobjects/Account", "@{a.id}",
     "Id", "Key__c", "\x00", "SELECT Id FROM Account", "Aborted"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["records", "attributes", "type", "referenceId", "Name", "Contacts", "batchRequests", "method", "url", "richInput",
     "graphs", "graphId", "compositeRequest", "body", "object", "operation", "externalIdFieldName", "query", "state",
     "columnDelimiter", "httpHeaders", "haltOnError"]
)  # fmt: skip
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
PATHS = ("/composite/tree/Account", "/composite/batch", "/composite/graph", "/jobs/ingest", "/jobs/query")
TAMED = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("path", PATHS)
@TAMED
@given(body=st.dictionaries(KEYS, JSON, max_size=4) | JSON)
def test_any_json_is_answered(admin: Client, path: str, body: Any) -> None:
    assert admin("POST", path, body).status_code < 500


@TAMED
@given(body=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_answered_with_a_soap_fault(org: LocalOrg, admin: Client, body: bytes) -> None:
    response = admin("POST", "/services/Soap/m/66.0", data=body)
    assert response.status_code == 500
    assert b"<faultcode>sf:" in response.content
    assert b"Traceback" not in response.content


@pytest.mark.parametrize(
    "path",
    ["/jobs/ingest/%00", "/jobs/query/750x/results?locator=%C2%B2", "/jobs/query/1/results?maxRecords=-1",
     "/query/01gx-%C2%B2", "/limits/recordCount?sObjects=%00,Nope", "/jobs/nothing"],
)  # fmt: skip
def test_an_odd_address_is_answered(admin: Client, path: str) -> None:
    assert admin("GET", path).status_code < 500


def test_a_row_that_cannot_be_kept_fails_its_job_and_not_the_next(admin: Client) -> None:
    for text, state in (("Name\n\x00\n", "Failed"), ("Name\nA\n", "JobComplete")):
        job = admin("POST", "/jobs/ingest", {"object": "Account", "operation": "insert"}).json()["id"]
        admin("PUT", f"/jobs/ingest/{job}/batches", data=text.encode())
        admin("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})
        assert _ended(admin, job) == state


def _ended(admin: Client, job: str) -> str:
    for _ in range(2000):
        state = str(admin("GET", f"/jobs/ingest/{job}").json()["state"])
        if state in ("JobComplete", "Failed"):
            return state
    raise AssertionError(f"the job never ended: {state}")
