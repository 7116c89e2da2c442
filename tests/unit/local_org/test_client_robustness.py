"""Whatever a client sends to the resources that take much at once is answered, and never with a fault of our own."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

TAMED = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


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
     "/query/0r8x-%C2%B2", "/limits/recordCount?sObjects=%00,Nope", "/jobs/nothing"],
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
