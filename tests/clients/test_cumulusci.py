"""CumulusCI against the local org through the proxy: it signs in by an assertion, deploys, and loads a data set."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.salesforce.local_org.server import LocalOrg
from plugin.store.embedded import EmbeddedPostgres
from tests.clients.conftest import served
from tests.clients.proxied import ProxiedClient, client
from tests.unit.local_org.automation.zips import custom_object, field, manifest
from tests.unit.local_org.conftest import Client

PROJECT = """
minimum_cumulusci_version: '4.0.0'
project:
    name: Sample
    package:
        name: Sample
        api_version: '66.0'
"""
MAPPING = """
Insert Companies:
    api: {api}
    sf_object: Account
    table: companies
    fields:
        Name: name
        Tier__c: tier
Insert People:
    api: {api}
    sf_object: Contact
    table: people
    fields:
        LastName: last_name
    lookups:
        AccountId:
            table: companies
            key_field: company
"""
ROWS = """
BEGIN TRANSACTION;
CREATE TABLE "companies" (id INTEGER NOT NULL, "name" VARCHAR(255), "tier" VARCHAR(255), PRIMARY KEY (id));
INSERT INTO "companies" VALUES(1,'{api} Company 1','Gold');
INSERT INTO "companies" VALUES(2,'{api} Company, "2"',NULL);
CREATE TABLE "people" (id INTEGER NOT NULL, "last_name" VARCHAR(255), "company" VARCHAR(255), PRIMARY KEY (id));
INSERT INTO "people" VALUES(1,'{api} Person 1','2');
INSERT INTO "people" VALUES(2,'{api} Person 2','1');
INSERT INTO "people" VALUES(3,'{api} Person 3','1');
COMMIT;
"""


@pytest.fixture(scope="module")
def own_org(postgres: EmbeddedPostgres, org_template: str, key_folder: Path) -> Iterator[LocalOrg]:
    """An org behind the proxy in which nobody else counts rows: these tests write."""
    with served(postgres, org_template, key_folder, proxy_port=0) as org:
        yield org


@pytest.fixture
def cci(own_org: LocalOrg, key_folder: Path, tmp_path: Path) -> ProxiedClient:
    """CumulusCI in a project of its own, with the org `local` given in the environment."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "cumulusci.yml").write_text(PROJECT)
    org = {
        "username": own_org.admin_username, "instance_url": f"https://{own_org.my_domain}",
        "id": f"https://test.salesforce.com/id/{own_org.org_id}/{own_org.org.founding.admin_id}",
    }  # fmt: skip
    key = (key_folder / "local-org.key").read_text()
    more = {
        "SFDX_CLIENT_ID": own_org.client_id, "SFDX_HUB_KEY": key, "CUMULUSCI_ORG_local": json.dumps(org),
        "CUMULUSCI_KEY": "0123456789abcdef", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    return client("cumulusci", "cci", tmp_path, own_org, **more)


@pytest.fixture
def looking(own_org: LocalOrg) -> Client:
    """Looks into the org past the client that is tried."""
    return Client(own_org, own_org.admin_token())


def test_it_signs_in_and_tells_of_the_org(cci: ProxiedClient) -> None:
    told = json.loads(cci("org", "info", "local", "--json").partition("{")[2].join(("{", "")))
    assert (told["username"], told["is_sandbox"]) == (cci.org.admin_username, True)


def test_it_deploys_a_package(cci: ProxiedClient, looking: Client) -> None:
    source = cci.folder / "src"
    (source / "objects").mkdir(parents=True)
    (source / "package.xml").write_text(manifest({"CustomObject": ["Badge__c"]}))
    (source / "objects" / "Badge__c.object").write_text(custom_object(field("Text__c")))
    written = cci("task", "run", "deploy", "--org", "local", "--path", "src")
    assert "[Success]: Succeeded" in written
    assert looking("GET", "/sobjects/Badge__c/describe").json()["custom"] is True


def test_it_tells_why_a_package_is_refused(cci: ProxiedClient) -> None:
    source = cci.folder / "src"
    (source / "objects").mkdir(parents=True)
    (source / "package.xml").write_text(manifest({"CustomObject": ["Wrong__c"]}))
    (source / "objects" / "Wrong__c.object").write_text(custom_object(field("Text__c", more="")))
    done = cci.run("task", "run", "deploy", "--org", "local", "--path", "src")
    assert done.returncode != 0
    assert "Wrong__c" in done.stdout + done.stderr


@pytest.mark.parametrize("api", ["rest", "bulk"])
def test_it_loads_a_data_set_with_its_lookups(cci: ProxiedClient, looking: Client, api: str) -> None:
    (cci.folder / "mapping.yml").write_text(MAPPING.format(api=api))
    (cci.folder / "rows.sql").write_text(ROWS.format(api=api))
    cci("task", "run", "load_dataset", "--org", "local", "--mapping", "mapping.yml", "--sql_path", "rows.sql")
    found = looking.query(
        f"SELECT LastName, Account.Name, Account.Tier__c FROM Contact WHERE LastName LIKE '{api} P%' ORDER BY LastName"
    )["records"]
    assert [(row["LastName"], row["Account"]["Name"], row["Account"]["Tier__c"]) for row in found] == [
        (f"{api} Person 1", f'{api} Company, "2"', None),
        (f"{api} Person 2", f"{api} Company 1", "Gold"),
        (f"{api} Person 3", f"{api} Company 1", "Gold"),
    ]
