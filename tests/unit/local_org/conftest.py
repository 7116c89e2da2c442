"""A served org of its own for every test that asks, and clients for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.server import LocalOrg
from plugin.store.embedded import EmbeddedPostgres

FIELDS = (
    FieldDef("Key__c", "Key", "Text", custom=True, length=20, unique=True, external_id=True),
    FieldDef("Loose__c", "Loose", "Text", custom=True, length=20, external_id=True),
    FieldDef("Tier__c", "Tier", "Picklist", custom=True, restricted=True, picklist=["Gold", "Silver"]),
    FieldDef("Fee__c", "Fee", "Currency", custom=True, precision=8, scale=2),
    FieldDef("Since__c", "Since", "Date", custom=True),
    FieldDef("Seen__c", "Seen", "DateTime", custom=True),
    FieldDef("Active__c", "Active", "Checkbox", custom=True, default="true"),
    FieldDef(
        "Interests__c", "Interests", "MultiselectPicklist", custom=True, restricted=True, picklist=["a", "b", "c"]
    ),
)


def goal() -> ObjectDef:
    """A custom object whose records number themselves and belong to an account."""
    to_account = FieldDef(
        "Account__c", "Account", "MasterDetail", custom=True, reference_to=["Account"], child_relationship_name="Goals"
    )
    note = FieldDef("Note__c", "Note", "Text", custom=True, length=50)
    fields = {"account__c": to_account, "note__c": note}
    return ObjectDef("Goal__c", "Goal", "Goals", "", custom=True, name_autonumber="G-{0000}", fields=fields)


def visible(field: FieldDef) -> FieldDef:
    """The field, seen by everybody without a permission set."""
    field.extra = {**field.extra, "fls": False}
    return field


class Client:
    """Talks REST as one user; `json` in, response out."""

    def __init__(self, org: LocalOrg, token: str) -> None:
        self.org = org
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
        url = self.org.url + (path if path.startswith("/services") else f"/services/data/v66.0{path}")
        return self.session.request(method, url, json=json, timeout=20, **more)

    def create(self, name: str, **values: Any) -> str:
        response = self("POST", f"/sobjects/{name}", values)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def row(self, name: str, record_id: str) -> dict[str, Any]:
        response = self("GET", f"/sobjects/{name}/{record_id}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    def refusal(self, method: str, path: str, json: Any = None) -> tuple[int, str, str]:
        """Status, code and message of a request that is refused."""
        response = self(method, path, json)
        (error,) = response.json()
        return response.status_code, error["errorCode"], error["message"]

    def query(self, text: str, **more: Any) -> dict[str, Any]:
        response = self("GET", "/query", params={"q": text}, **more)
        assert response.status_code == 200, response.text
        return dict(response.json())


@pytest.fixture(scope="session")
def org_template(postgres: EmbeddedPostgres, worker_id: str) -> str:
    """The name of a database with an org of a few custom fields in it, of which copies are cheap."""
    name = f"org_template_{worker_id}_{uuid4().hex}"
    with LocalOrg(postgres.create_database(name)) as org, org.org.change_schema() as change:
        for field in FIELDS:
            change.put_field("Account", visible(field))
        for field in change.create_object(goal()).fields.values():
            visible(field)
        change.save_object(change.schema.objects["goal__c"])
    return name


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app's key lies, so that it is made once."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def make_org(postgres: EmbeddedPostgres, org_template: str, key_folder: Path) -> Iterator[Callable[..., LocalOrg]]:
    """Starts orgs by LocalOrg's own arguments; they are stopped afterwards."""
    made: list[tuple[LocalOrg, str]] = []

    def make(**arguments: Any) -> LocalOrg:
        name = f"org_{uuid4().hex}"
        url = postgres.create_database(name, template=org_template)
        made.append((LocalOrg(url, folder=key_folder, **arguments), name))
        return made[-1][0].start()

    yield make
    for org, name in made:
        org.stop()
        postgres.drop_database(name)


@pytest.fixture
def org(make_org: Callable[..., LocalOrg]) -> LocalOrg:
    """A running org."""
    return make_org()


@pytest.fixture(scope="module")
def one_org(postgres: EmbeddedPostgres, org_template: str, key_folder: Path) -> Iterator[LocalOrg]:
    """One org that all tests of a file throw things at."""
    name = f"org_{uuid4().hex}"
    with LocalOrg(postgres.create_database(name, template=org_template), folder=key_folder) as org:
        yield org
    postgres.drop_database(name)


@pytest.fixture
def admin(org: LocalOrg) -> Client:
    """The administrator's client."""
    return Client(org, org.admin_token())


@pytest.fixture
def program(org: LocalOrg) -> Client:
    """The integration user's client."""
    return Client(org, org.integration_token())
