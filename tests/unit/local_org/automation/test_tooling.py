"""Deploying and activating over HTTP, as an installer does."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from plugin.store.embedded import EmbeddedPostgres
from tests.unit.local_org.automation.zips import flow, manifest, message, package, start, workflow

DEFINITION = (
    "SELECT Id, DeveloperName, ActiveVersionId, LatestVersionId, ActiveVersion.VersionNumber FROM FlowDefinition"
)


class Caller:
    """An administrator's session."""

    def __init__(self, org: LocalOrg, token: str) -> None:
        self.org = org
        self.root = f"{org.url}/services/data/v66.0"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def deploy(self, content: bytes, **options: Any) -> requests.Response:
        said = json.dumps({"deployOptions": {"rollbackOnError": True, "singlePackage": True, **options}})
        files = {
            "json": (None, said, "application/json"),
            "file": ("deploy.zip", io.BytesIO(content), "application/zip"),
        }
        return self.session.post(f"{self.root}/metadata/deployRequest", files=files)

    def deployed(self, content: bytes, **options: Any) -> dict[str, Any]:
        url = f"{self.root}/metadata/deployRequest/{self.deploy(content, **options).json()['id']}?includeDetails=true"
        for _ in range(1000):
            result: dict[str, Any] = self.session.get(url).json()["deployResult"]
            if result["done"]:
                return result
            time.sleep(0.01)
        raise AssertionError(result)

    def query(self, text: str) -> list[dict[str, Any]]:
        answer = self.session.get(f"{self.root}/tooling/query", params={"q": text})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["records"])

    def activate(self, definition: str, number: object) -> requests.Response:
        body = {"Metadata": {"activeVersionNumber": number}}
        return self.session.patch(f"{self.root}/tooling/sobjects/FlowDefinition/{definition}", json=body)


def notify(label: str = "Notify", status: str = "Active") -> bytes:
    files = {
        "workflows/Account.workflow": workflow(message()),
        "flows/Notify.flow": flow(start("Create"), label=label, status=status),
    }
    return package(files, {"Workflow": ["Account"], "Flow": ["Notify"]})


@pytest.fixture
def production(postgres: EmbeddedPostgres, founded: str) -> Iterator[Caller]:
    name = f"org_{uuid4().hex}"
    url = postgres.create_database(name, template=founded)
    with LocalOrg(url, settings=OrgSettings(production=True)) as org:
        yield Caller(org, org.admin_token())
    postgres.drop_database(name)


@pytest.fixture
def sandbox(postgres: EmbeddedPostgres, founded: str) -> Iterator[Caller]:
    name = f"org_{uuid4().hex}"
    with LocalOrg(postgres.create_database(name, template=founded)) as org:
        yield Caller(org, org.admin_token())
    postgres.drop_database(name)


def test_a_flow_deploys_inactive_to_production_and_is_activated_by_its_definition(production: Caller) -> None:
    assert production.deployed(notify())["success"]
    (row,) = production.query(f"{DEFINITION} WHERE DeveloperName IN ('Notify')")
    assert (row["ActiveVersionId"], row["ActiveVersion"]) == (None, None)

    assert production.activate(row["Id"], 2).status_code == 400
    assert production.activate(row["Id"], 1).status_code == 204

    (row,) = production.query(f"{DEFINITION} WHERE ActiveVersion.VersionNumber = 1")
    assert row["ActiveVersion"]["VersionNumber"] == 1
    assert row["ActiveVersionId"] == row["LatestVersionId"]
    url = f"{production.root}/tooling/sobjects/FlowDefinition/{row['Id']}"
    assert production.session.get(url).json()["Metadata"]["activeVersionNumber"] == 1

    production.session.post(f"{production.root}/sobjects/Account", json={"Name": "Acme"})
    seen = requests.get(f"{production.org.url}/__local__/outbound").json()
    assert seen["pending"] == 1

    assert production.activate(row["Id"], 0).status_code == 204
    (row,) = production.query(DEFINITION)
    assert row["ActiveVersionId"] is None


def test_each_changed_flow_is_a_new_version(sandbox: Caller) -> None:
    for label in ("One", "One", "Two"):
        assert sandbox.deployed(notify(label))["success"]

    versions = (
        "SELECT Id, VersionNumber, Status FROM Flow WHERE Definition.DeveloperName = 'Notify' ORDER BY VersionNumber"
    )
    rows = sandbox.query(versions)
    assert [(row["VersionNumber"], row["Status"]) for row in rows] == [(1, "Obsolete"), (2, "Active")]

    url = f"{sandbox.root}/tooling/sobjects/Flow"
    assert sandbox.session.delete(f"{url}/{rows[1]['Id']}").status_code == 400
    assert sandbox.session.delete(f"{url}/{rows[0]['Id']}").status_code == 204
    assert sandbox.session.delete(f"{url}/{rows[0]['Id']}").status_code == 404
    assert [row["VersionNumber"] for row in sandbox.query(versions)] == [2]


def test_fifty_versions_of_a_flow_are_kept_and_no_more(sandbox: Caller) -> None:
    sandbox.deployed(notify())
    with sandbox.org.org.work() as work:
        work.conn.execute(
            "INSERT INTO org_meta.flow_versions SELECT 'notify', n, 'v' || n, 'Obsolete', 'x', body"
            " FROM org_meta.flow_versions, generate_series(2, 50) n"
        )

    result = sandbox.deployed(notify("Changed"))

    (failure,) = result["details"]["componentFailures"]
    assert failure["fileName"] == "flows/Notify.flow"
    assert "maximum number of 50 versions" in failure["problem"]


def test_a_flow_is_uninstalled_by_deactivating_it_and_deleting_its_versions(sandbox: Caller) -> None:
    sandbox.deployed(notify())
    (row,) = sandbox.query(DEFINITION)
    sandbox.activate(row["Id"], 0)

    gone = package({}, {}, destructiveChanges=manifest({"Flow": ["Notify-1"]}))
    assert sandbox.deployed(gone)["success"]

    assert sandbox.query(DEFINITION) == []


def test_a_deployment_answers_in_salesforces_form(sandbox: Caller) -> None:
    answer = sandbox.deploy(notify(), checkOnly=True)

    assert answer.status_code == 201
    body = answer.json()
    assert body["id"].startswith("0Af")
    assert body["deployResult"]["status"] in {"Pending", "InProgress", "Succeeded"}
    assert body["deployOptions"]["checkOnly"] is True
    assert body["url"].startswith(sandbox.root)
    result = sandbox.deployed(notify(), checkOnly=True)
    assert {"id", "done", "success", "status", "checkOnly", "createdDate", "details"} <= set(result)
    kinds = {each["componentType"] for each in result["details"]["componentSuccesses"]}
    assert kinds == {"", "Flow", "WorkflowOutboundMessage"}
    assert sandbox.query(DEFINITION) == []


def test_a_deployment_that_has_not_begun_is_canceled_and_never_done(sandbox: Caller) -> None:
    deployments = sandbox.org.automation.deployments
    deployments.stop()
    waiting = sandbox.deploy(notify()).json()

    url = f"{sandbox.root}/metadata/deployRequest/{waiting['id']}"
    answer = sandbox.session.patch(url, json={"deployResult": {"status": "Canceling"}})

    assert (answer.status_code, answer.json()["deployResult"]["status"]) == (202, "Canceled")
    deployments.start()
    sandbox.deployed(package({}, {}))
    assert sandbox.session.get(url).json()["deployResult"]["status"] == "Canceled"
    assert sandbox.query(DEFINITION) == []


def test_a_finished_deployment_cannot_be_canceled(sandbox: Caller) -> None:
    result = sandbox.deployed(notify(), checkOnly=True)

    url = f"{sandbox.root}/metadata/deployRequest/{result['id']}"
    answer = sandbox.session.patch(url, json={"deployResult": {"status": "Canceling"}})

    assert answer.status_code == 400
    assert "Succeeded" in answer.json()[0]["message"]
    assert sandbox.session.get(f"{sandbox.root}/metadata/deployRequest/0Af000000000000").status_code == 404


def test_only_administrators_deploy_and_activate(sandbox: Caller) -> None:
    other = Caller(sandbox.org, sandbox.org.integration_token())

    assert other.deploy(notify()).json()[0]["errorCode"] == "INSUFFICIENT_ACCESS"
    assert other.session.get(f"{other.root}/tooling/query", params={"q": DEFINITION}).status_code == 403


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT Id FROM ApexClass", "INVALID_TYPE"),
        ("SELECT Colour FROM Flow", "INVALID_FIELD"),
        ("SELECT FROM Flow", "MALFORMED_QUERY"),
    ],
)
def test_what_tooling_does_not_know_is_refused(sandbox: Caller, text: str, code: str) -> None:
    answer = sandbox.session.get(f"{sandbox.root}/tooling/query", params={"q": text})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    other = sandbox.session.get(f"{sandbox.root}/tooling/sobjects/ApexClass/01p000000000000")
    assert "does not model" in other.json()[0]["message"]


def test_a_request_without_a_zip_is_refused(sandbox: Caller) -> None:
    url = f"{sandbox.root}/metadata/deployRequest"

    for files in ({"json": (None, '{"deployOptions": {}}')}, {"json": (None, "no json")}, {"other": (None, "x")}):
        assert sandbox.session.post(url, files=files).status_code == 400


def test_the_last_message_can_be_sent_again_over_http(sandbox: Caller) -> None:
    answer = requests.post(f"{sandbox.org.url}/__local__/outbound/resend", json={"times": 5})

    assert answer.json() == {"statuses": []}
    assert requests.post(f"{sandbox.org.url}/__local__/outbound/resend", json={"times": 0}).status_code == 400
    assert requests.post(f"{sandbox.org.url}/__local__/outbound/hold", json={"held": True}).json()["held"] is True
