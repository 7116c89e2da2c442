"""What lies within a request is fed with what nobody would send: arguments of SOAP calls, cells of CSV, files of zips.

The requests themselves are fed by test_described_entrances.py, whose description can't reach in there.
"""

from __future__ import annotations

import csv
import io
import json
import time
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from connectors.salesforce.local_org.server import LocalOrg
from connectors.salesforce.local_org.soap import partner
from connectors.salesforce.local_org.soap.methods import METHODS

TAMED = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ID = "001Lo0000000001IAA"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def well_answered(response: TestResponse) -> None:
    """Assert that nothing of ours broke, and that a refusal has the form of its API."""
    assert b"Traceback" not in response.data
    if response.request.path.startswith("/services/Soap"):
        assert response.status_code == 200 or b"<faultcode>sf:" in response.data, response.data
        return
    assert response.status_code < 500, response.data
    if response.status_code >= 400:
        assert all(each["errorCode"] for each in response.get_json())


def signed_in(org: LocalOrg) -> tuple[FlaskClient, dict[str, str]]:
    # A sign-out among the requests ends its own token only.
    return org.app.test_client(), {"Authorization": f"Bearer {org.admin_token()}"}


ELEMENTS = st.sampled_from(
    ["type", "folder", "asOfVersion", "zipFile", "ZipFile", "DeployOptions", "checkOnly", "asyncProcessId", "queries",
     "includeDetails", "retrieveRequest", "apiVersion", "unpackaged", "types", "members", "name", "ids", "request",
     "masterRecord", "recordToMergeIds", "fullName", "String"]
)  # fmt: skip
XML_TEXT = st.sampled_from([ID, "CustomObject", "66.0", "true", "UEsDBA==", "&amp;", "", "*", "Account", "ü", "-1"])


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("<{0}>{1}</{0}>".format, ELEMENTS, st.lists(inner, max_size=3).map("".join))


ARGUMENTS = st.recursive(st.builds("<{0}>{1}</{0}>".format, ELEMENTS, XML_TEXT), elements, max_leaves=8)
CALLS = [("m", name) for name in sorted(METHODS)] + [("u", name) for name in sorted(partner.METHODS)]


@pytest.mark.parametrize(("api", "name"), CALLS)
@TAMED
@given(arguments=st.lists(ARGUMENTS, max_size=4).map("".join), cut=st.integers(0, 400))
def test_a_soap_call_answers_whatever_its_arguments_are(
    one_org: LocalOrg, api: str, name: str, arguments: str, cut: int
) -> None:
    client, _ = signed_in(one_org)
    space = "http://soap.sforce.com/2006/04/metadata" if api == "m" else "urn:partner.soap.sforce.com"
    body = (
        f'<e:Envelope xmlns:e="{SOAP}"><e:Header><SessionHeader xmlns="{space}"><sessionId>{one_org.admin_token()}'
        f'</sessionId></SessionHeader></e:Header><e:Body><{name} xmlns="{space}">{arguments}</{name}>'
        "</e:Body></e:Envelope>"
    ).encode()
    for content in (body, body[: max(0, len(body) - cut)]):
        well_answered(client.post(f"/services/Soap/{api}/66.0", data=content, content_type="text/xml"))


CELLS = st.sampled_from(["", "A", "#N/A", ID, "k1", "1.5", "many", "true", "Gold", "a;b", "\x00", 'ü\n"x"'])
COLUMNS = st.sampled_from(
    ["Name", "Key__c", "Fee__c", "Active__c", "Tier__c", "Id", "Parent.Key__c", "Owner.Name", "No"]
)


@TAMED
@given(
    columns=st.lists(COLUMNS, min_size=1, max_size=4),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=4),
    operation=st.sampled_from(["insert", "update", "upsert", "delete"]),
    ending=st.sampled_from(["LF", "CRLF"]),
    broken=st.booleans(),
)
def test_a_bulk_job_ends_whatever_its_csv_holds(
    one_org: LocalOrg, columns: list[str], rows: list[list[str]], operation: str, ending: str, broken: bool
) -> None:
    client, headers = signed_in(one_org)
    wanted = {"object": "Account", "operation": operation, "lineEnding": ending}
    wanted |= {"externalIdFieldName": "Key__c"} if operation == "upsert" else {}
    job = client.post("/services/data/v66.0/jobs/ingest", json=wanted, headers=headers).get_json()["id"]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n" if ending == "LF" else "\r\n").writerows([columns, *rows])
    content = text.getvalue()[: -2 if broken else None] + ('"' if broken else "")
    address = f"/services/data/v66.0/jobs/ingest/{job}"
    client.put(f"{address}/batches", data=content.encode(), headers=headers, content_type="text/csv")
    client.patch(address, json={"state": "UploadComplete"}, headers=headers)
    while (told := client.get(address, headers=headers).get_json())["state"] in ("UploadComplete", "InProgress"):
        time.sleep(0.005)
    assert told["state"] in ("JobComplete", "Failed")
    assert "UNKNOWN_EXCEPTION" not in told.get("errorMessage", "") or "\x00" in content
    for part in ("successfulResults", "failedResults", "unprocessedrecords"):
        well_answered(client.get(f"{address}/{part}", headers=headers))


TAGS = st.sampled_from(
    ["CustomObject", "fields", "fullName", "type", "label", "length", "precision", "scale", "valueSet", "formula",
     "sharingModel", "nameField", "validationRules", "errorConditionFormula", "active", "types", "members", "name",
     "Flow", "start"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["Text", "Number", "MasterDetail", "A__c", "Account", "1", "-3", "true", "ISBLANK(Name)", "((", ""]
)
TREE = st.recursive(
    st.builds("<{0}>{1}</{0}>".format, TAGS, TEXTS),
    lambda inner: st.builds("<{0}>{1}</{0}>".format, TAGS, st.lists(inner, max_size=4).map("".join)),
    max_leaves=12,
)


@settings(TAMED, max_examples=20)
@given(
    path=st.sampled_from(
        ["objects/A__c.object", "objects/Account.object", "flows/A.flow", "nothing/A.x", "../A.object"]
    ),
    inside=st.lists(TREE, max_size=5).map("".join),
    manifest=TREE | st.just("<types><members>*</members><name>CustomObject</name></types><version>66.0</version>"),
)
def test_a_deployment_ends_whatever_its_files_hold(one_org: LocalOrg, path: str, inside: str, manifest: str) -> None:
    client, headers = signed_in(one_org)
    space = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
    packed = io.BytesIO()
    root = "Flow" if path.startswith("flows") else "CustomObject"
    with ZipFile(packed, "w") as archive:
        archive.writestr("package.xml", f"<Package {space}>{manifest}</Package>")
        archive.writestr(path, f"<{root} {space}>{inside}</{root}>")
    packed.seek(0)
    parts = {
        "json": (
            io.BytesIO(b'{"deployOptions": {"checkOnly": true, "singlePackage": true}}'),
            None,
            "application/json",
        ),
        "file": (packed, "deploy.zip", "application/zip"),
    }
    made = client.post("/services/data/v66.0/metadata/deployRequest", data=parts, headers=headers)
    well_answered(made)
    if made.status_code != 201:
        return
    address = f"/services/data/v66.0/metadata/deployRequest/{made.get_json()['id']}?includeDetails=true"
    while not (told := client.get(address, headers=headers).get_json()["deployResult"])["done"]:
        time.sleep(0.005)
    assert told["status"] in ("Succeeded", "Failed", "SucceededPartial")
    assert "UNKNOWN_EXCEPTION" not in json.dumps(told)
