"""An org with a little of everything in it, so that the variable parts of its paths lead to something."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask.testing import FlaskClient

from connectors.salesforce.local_org.metadata.jobs import Options
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.automation.zips import flow, message, package, start, workflow, xml
from tests.unit.local_org.openapi_bodies import Bodies

DATA = "/services/data/v66.0"
ASYNC = "/services/async/66.0/job"
LAYOUT = (
    "<layoutSections><label>Sample</label><layoutColumns><layoutItems><behavior>Edit</behavior><field>Name</field>"
    "</layoutItems></layoutColumns><style>OneColumn</style></layoutSections>"
    "<relatedLists><fields>Email</fields><relatedList>RelatedContactList</relatedList></relatedLists>"
)


class Sample:
    """Puts records, jobs and a flow into an org; `ids` are the values that its paths may have."""

    def __init__(self, org: LocalOrg) -> None:
        self.org = org
        token = org.admin_token()
        self.headers = {"Authorization": f"Bearer {token}", "X-SFDC-Session": token}
        self.client: FlaskClient = org.app.test_client()
        accounts = [self._made(f"{DATA}/sobjects/Account", Name=f"Sample {n}", Key__c=f"k{n}") for n in range(6)]
        self.ids = {
            **_anything(org), "RECORD_ID": accounts[:3], "DOOMED": accounts[3:],
            **self._jobs(), **self._batches(), **self._deployed(), "LOCATOR": [self._locator()],
        }  # fmt: skip

    def bodies(self) -> Bodies:
        """The bodies that fit this org."""
        org = self.org
        claims = {"iss": org.client_id, "sub": org.username, "aud": org.url, "exp": int(time.time()) + 3600}
        assertion = jwt.encode(claims, org.private_key, "RS256")
        client = (org.client_id, org.client_secret)
        return Bodies(self.ids["RECORD_ID"], org.admin_token(), client, org.refresh_token(), assertion)

    def _made(self, path: str, **body: Any) -> str:
        return str(self.client.post(path, json=body, headers=self.headers).get_json()["id"])

    def _get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={**self.headers, **headers})

    def _locator(self) -> str:
        rows = [{"attributes": {"type": "Contact"}, "LastName": f"N{n}"} for n in range(201)]
        for some in (rows[:200], rows[200:]):
            self.client.post(f"{DATA}/composite/sobjects", json={"records": some}, headers=self.headers)
        query = f"{DATA}/query?q=SELECT+Id+FROM+Contact"
        told = self._get(query, **{"Sforce-Query-Options": "batchSize=200"}).get_json()
        return str(told["nextRecordsUrl"]).rpartition("/")[2]

    def _jobs(self) -> dict[str, list[str]]:
        """Bulk 2.0 jobs: some that wait for their records, one that has had them, one that has been answered."""
        waiting = [self._made(f"{DATA}/jobs/ingest", object="Account", operation="insert") for _ in range(3)]
        done = self._made(f"{DATA}/jobs/ingest", object="Account", operation="insert")
        address = f"{DATA}/jobs/ingest/{done}"
        self.client.put(f"{address}/batches", data="Name\nSample\n", headers=self.headers)
        self.client.patch(address, json={"state": "UploadComplete"}, headers=self.headers)
        asked = self._made(f"{DATA}/jobs/query", operation="query", query="SELECT Id FROM Account")
        for each in (address, f"{DATA}/jobs/query/{asked}"):
            while self._get(each).get_json()["state"] != "JobComplete":
                time.sleep(0.01)
        results = "/vNN.0/jobs/ingest/JOB_ID/PART JOB_ID"
        return {"JOB_ID": [*waiting, done, asked], results: [done], "/vNN.0/jobs/query/JOB_ID/results JOB_ID": [asked]}

    def _batches(self) -> dict[str, list[str]]:
        """Bulk 1 jobs: one that takes batches, and one whose query has been answered."""
        closing, taking = (self._made(ASYNC, object="Account", operation="insert", contentType="CSV") for _ in "12")
        asking = self._made(ASYNC, object="Account", operation="query", contentType="CSV")
        sent = {**self.headers, "Content-Type": "text/csv"}
        self.client.post(f"{ASYNC}/{asking}/batch", data="SELECT Id FROM Account", headers=sent)
        listed = self._get(f"{ASYNC}/{asking}/batch").text
        batch = listed.partition("<id>")[2].partition("</id>")[0]
        self._get(f"{ASYNC}/{asking}/batch/{batch}")
        path = "/services/async/NUMBER/job/JOB_ID"
        own = {f"{path} JOB_ID": [closing], f"{path}/batch JOB_ID": [taking]}
        below = ("", "/request", "/result", "/result/RESULT_ID")
        theirs = {f"{path}/batch/BATCH_ID{rest} JOB_ID": [asking] for rest in below}
        return {**own, **theirs, "BATCH_ID": [batch], "RESULT_ID": ["752" + batch[3:]]}

    def _deployed(self) -> dict[str, list[str]]:
        """A deployment of a flow and a layout, and what came of it."""
        files = {
            "workflows/Account.workflow": workflow(message()),
            "flows/Notify.flow": flow(start()),
            "layouts/Account-Sample.layout": xml("Layout", LAYOUT),
        }
        content = package(files, {"Workflow": ["Account"], "Flow": ["Notify"], "Layout": ["Account-Sample"]})
        deployments = self.org.automation.deployments
        deployment = deployments.submit(content, Options.read({}), self.org.org.founding.admin_id)
        while not deployments.result(deployment, details=False)["done"]:
            time.sleep(0.01)
        asked = self._get(f"{DATA}/tooling/query?q=SELECT+Id,+LatestVersionId+FROM+FlowDefinition").get_json()
        (found,) = asked["records"]
        return {"DEPLOYMENT_ID": [deployment], "DEFINITION_ID": [found["Id"]], "VERSION_ID": [found["LatestVersionId"]]}


def _anything(org: LocalOrg) -> dict[str, list[str]]:
    """Values that lead to something by themselves, by the path's own where not every one of them does."""
    now = datetime.now(UTC)
    any_object = ["Account", "account", "Contact", "Goal__c", "User"]
    of_all = {
        f"/vNN.0/sobjects/NAME{rest} NAME": any_object for rest in ("", "/describe", "/updated", "/deleted")
    }  # fmt: skip
    return {
        "NAME": ["Account", "account"], **of_all, "FIELD": ["Key__c", "Loose__c"], "VALUE": ["k0", "k1", "new"],
        "KIND": ["ingest", "query"], "PART": ["successfulResults", "failedResults", "unprocessedrecords"],
        "VERSION": ["66.0"], "NUMBER": ["66.0"], "REST": [org.org_id[:15]], "ORG_ID": [org.org_id],
        "USER_ID": [org.org.founding.admin_id], "RECORD_TYPE_ID": ["012000000000000AAA"],
        "START": [f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}", f"{now - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"],
        "END": [f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"],
    }  # fmt: skip
