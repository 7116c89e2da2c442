"""The Salesforce CLI against the local org, command by command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from connectors.salesforce.local_org.metadata.tree import parse
from connectors.salesforce.local_org.server import LocalOrg
from tests.clients.conftest import SalesforceCli
from tests.conftest import ROOT
from tests.unit.local_org.conftest import Client

PACKAGE = ROOT / "connectors" / "salesforce" / "package"


def test_it_signs_in_by_a_signed_assertion_and_is_then_that_user(
    sf: SalesforceCli, org: LocalOrg, key_folder: Path
) -> None:
    told = sf(
        "org", "login", "jwt", "--client-id", org.client_id, "--username", org.username, "--instance-url", org.url,
        "--jwt-key-file", str(key_folder / "local-org.key"),
    )  # fmt: skip
    assert (told["username"], told["orgId"], told["instanceUrl"]) == (org.username, org.org_id, org.url)


def test_it_creates_changes_queries_and_deletes_a_record(sf: SalesforceCli, admin: Client) -> None:
    made = sf("data", "create", "record", "-s", "Account", "-v", "Name='From the CLI' Fee__c=12.5")["id"]
    sf("data", "update", "record", "-s", "Account", "-w", "Name='From the CLI'", "-v", "Tier__c=Gold")
    found = sf("data", "query", "-q", "SELECT Id, Tier__c, Fee__c, Owner.Name FROM Account WHERE Name='From the CLI'")
    (row,) = found["records"]
    assert (row["Id"], row["Tier__c"], row["Fee__c"], row["Owner"]["Name"]) == (made, "Gold", 12.5, "Ada Admin")
    sf("data", "delete", "record", "-s", "Account", "-i", made)
    assert admin.refusal("GET", f"/sobjects/Account/{made}")[1] == "ENTITY_IS_DELETED"


def test_it_shows_a_refusal_in_salesforces_words(sf: SalesforceCli) -> None:
    answer = sf.run("data", "query", "-q", "SELECT Nope FROM Account")
    assert (answer["status"], answer["name"]) == (1, "INVALID_FIELD")
    assert "No such column 'Nope' on entity 'Account'" in answer["message"]


def test_it_imports_a_tree_of_records(sf: SalesforceCli, admin: Client) -> None:
    company = {"attributes": {"type": "Account", "referenceId": "C"}, "Name": "Tree"}
    person = {"attributes": {"type": "Contact", "referenceId": "P"}, "LastName": "Leaf", "AccountId": "@C"}
    plan = [{"sobject": "Account", "files": ["companies.json"]}, {"sobject": "Contact", "files": ["people.json"]}]
    for name, content in (
        ("companies", {"records": [company]}), ("people", {"records": [person]}), ("plan", plan),
    ):  # fmt: skip
        (sf.folder / f"{name}.json").write_text(json.dumps(content))
    told = sf("data", "import", "tree", "--plan", "plan.json")
    assert [each["refId"] for each in told] == ["C", "P"]
    (row,) = admin.query("SELECT Account.Name FROM Contact WHERE LastName = 'Leaf'")["records"]
    assert row["Account"]["Name"] == "Tree"


def test_it_upserts_in_bulk_and_tells_what_was_refused(sf: SalesforceCli, admin: Client) -> None:
    known = admin.create("Account", Name="Old", Key__c="b1")
    (sf.folder / "rows.csv").write_text("Key__c,Name,Tier__c\nb1,New,Gold\nb2,Second,Silver\nb3,Third,Bronze\n")
    bulk = ("data", "upsert", "bulk", "-s", "Account", "-f", "rows.csv", "-i", "Key__c", "--line-ending", "LF")
    answer = sf.run(*bulk, "--wait", "2")
    assert answer["status"] != 0
    job = next(job for job in admin("GET", "/jobs/ingest").json()["records"] if job["operation"] == "upsert")
    told = admin("GET", f"/jobs/ingest/{job['id']}").json()
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (3, 1)
    assert admin.row("Account", known)["Name"] == "New"
    assert admin.query("SELECT Id FROM Account WHERE Key__c = 'b2'")["totalSize"] == 1


def test_it_exports_a_query_in_bulk(sf: SalesforceCli, admin: Client) -> None:
    admin.create("Account", Name='Quoted "Bulk", Ltd', Key__c="x1", Seen__c="2026-01-02T03:04:05Z")
    query = "SELECT Name, Active__c, Seen__c, Owner.Alias, Phone FROM Account WHERE Key__c = 'x1'"
    told = sf("data", "export", "bulk", "-q", query, "--output-file", "out.csv", "-r", "csv", "--wait", "2")
    assert told["totalSize"] == 1
    assert (sf.folder / "out.csv").read_text().splitlines() == [
        '"Name","Active__c","Seen__c","Owner.Alias","Phone"',
        '"Quoted ""Bulk"", Ltd","true","2026-01-02T03:04:05.000Z","admin",""',
    ]


@pytest.fixture
def project(sf: SalesforceCli, tmp_path: Path) -> SalesforceCli:
    """The CLI in a copy of the package's project."""
    shutil.copy(PACKAGE / "sfdx-project.json", tmp_path)
    shutil.copytree(PACKAGE / "force-app", tmp_path / "force-app")
    return SalesforceCli(sf.npm, sf.home, tmp_path, sf.org)


@pytest.mark.parametrize("by_rest", ["false", "true"])
def test_it_deploys_the_package_assigns_its_permissions_and_retrieves_it_unchanged(
    project: SalesforceCli, by_rest: str
) -> None:
    deploy = ("project", "deploy", "start", "--source-dir", "force-app", "--wait", "5")
    told = project(*deploy, SF_ORG_METADATA_REST_DEPLOY=by_rest)
    assert (told["status"], told["success"], told["numberComponentErrors"]) == ("Succeeded", True, 0)
    assert {file["state"] for file in told["files"]} <= {"Created", "Changed", "Unchanged"}
    if by_rest == "true":
        return
    assigned = project("org", "assign", "permset", "--name", "Success_Vector_Admin")
    assert [each["value"] for each in assigned["successes"]] == ["Success_Vector_Admin"]
    project(
        "project", "retrieve", "start", "--output-dir", "again", "--wait", "5",
        *("--metadata", "CustomObject:Desired_Outcome__c"), *("--metadata", "PermissionSet:Success_Vector_Admin"),
    )  # fmt: skip
    sent = files(project.folder / "force-app" / "main" / "default")
    again = files(project.folder / "again")
    assert len(again) > 5
    assert {path: sent.get(path) for path in again} == again


def test_it_tells_why_a_deployment_is_refused_and_in_which_file(project: SalesforceCli) -> None:
    field = project.folder / "force-app/main/default/objects/Account/fields/Wrong__c.field-meta.xml"
    space = "http://soap.sforce.com/2006/04/metadata"
    parts = "<fullName>Wrong__c</fullName><label>Wrong</label><type>Text</type>"
    field.write_text(f'<CustomField xmlns="{space}">{parts}</CustomField>')
    answer = project.run("project", "deploy", "start", "--source-dir", str(field), "--wait", "5", "--dry-run")
    assert answer["status"] == 1
    (failure,) = answer["result"]["details"]["componentFailures"]
    assert (failure["fullName"], failure["componentType"]) == ("Account.Wrong__c", "CustomField")
    (file,) = answer["result"]["files"]
    assert Path(file["filePath"]).name == field.name


def test_what_is_for_record_types_is_found_beside_the_package_and_refused_where_there_are_none(
    project: SalesforceCli,
) -> None:
    shutil.copytree(PACKAGE / "opportunity-record-type", project.folder / "opportunity-record-type")
    answer = project.run("project", "deploy", "start", "--source-dir", "opportunity-record-type", "--wait", "5")
    failures = answer["result"]["details"]["componentFailures"]
    assert {failure["fullName"] for failure in failures} == {"Success_Vector_Opportunity_Record_Type"}
    assert any("RecordTypeId" in failure["problem"] for failure in failures)


BROKEN = {
    "a text without a length": (
        "objects/Success_Milestone__c/fields/Evidence_Source__c.field-meta.xml", "<length>255</length>", ""
    ),
    "a rule over a field that is not there": (
        "objects/Success_Milestone__c/validationRules/Weight_Is_Positive.validationRule-meta.xml",
        "Weight__c &lt;= 0", "Heft__c &lt;= 0",
    ),
    "a flow that leads nowhere": (
        "flows/Success_Vector_Off_Course_Account.flow-meta.xml",
        "<targetReference>Remember_Flag<", "<targetReference>Forget_Flag<",
    ),
    "a permission on nothing": (
        "permissionsets/Success_Vector_Admin.permissionset-meta.xml", "Account.Next_Step__c<", "Account.Next_Stop__c<"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(BROKEN))
def test_a_broken_copy_of_the_package_is_refused_with_the_file_named(project: SalesforceCli, fault: str) -> None:
    path, old, new = BROKEN[fault]
    file = project.folder / "force-app/main/default" / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))

    answer = project.run("project", "deploy", "start", "--source-dir", "force-app", "--wait", "5")

    assert answer["status"] == 1
    failed = {Path(one["filePath"]).name for one in answer["result"]["files"] if one["state"] == "Failed"}
    assert file.name in failed


def files(folder: Path) -> dict[str, object]:
    """What the metadata files below a folder say, however they write it."""
    return {
        str(path.relative_to(folder)): parse(path.read_bytes()).plain() for path in sorted(folder.rglob("*-meta.xml"))
    }
