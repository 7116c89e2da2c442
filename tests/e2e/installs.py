"""An org to install into, the version before this one, and what an admin does to an org in between."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import source
from connectors.salesforce.install.activate import FlowState, flow_states
from connectors.salesforce.install.deploy import deploy
from connectors.salesforce.install.metadata import File
from connectors.salesforce.install.plan import Change, Step
from connectors.salesforce.install.retrieve import retrieve
from connectors.salesforce.install.run import Installed, Order, Prepared, endpoint, install, prepare
from connectors.salesforce.install.zip import pack
from connectors.salesforce.local_org.server import LocalOrg
from mappings.load import load

SECRET = "e2e" + "s" * 32
MAPPING = load("salesforce")
BEFORE, NOW = "0.0.9", "0.1.0"
_SOURCE = "force-app/main/default"


def shortly(_: float) -> None:
    """Wait a moment, however long Salesforce itself would be given."""
    time.sleep(0.02)


@dataclass(frozen=True)
class Site:
    """An org, and an administrator's session in it."""

    org: LocalOrg

    @property
    def client(self) -> SalesforceClient:
        """A session of an administrator's."""
        return SalesforceClient.with_token(self.org.url, self.org.admin_token())

    def at_the_command_line(self, monkeypatch: pytest.MonkeyPatch, folder: Path, **more: str) -> None:
        """Let commands run in this folder with the settings of this org's administrator, and with `more` of them."""
        monkeypatch.chdir(folder)
        settings = {
            "SALESFORCE_URL": self.org.url,
            "SALESFORCE_USERNAME": self.org.username,
            "SALESFORCE_ADMIN_TOKEN": self.org.admin_token(),
            "WEBHOOK_BASE_URL": "http://127.0.0.1:9",
            "WEBHOOK_SECRETS": SECRET,
        }
        for name, value in (settings | more).items():
            monkeypatch.setenv(f"SUCCESS_VECTOR_{name}", value)

    def order(self, version: str = NOW, package: Path = source.PACKAGE, take: Iterable[str] = ()) -> Order:
        """Return what is to be installed."""
        where = endpoint("http://127.0.0.1:9", SECRET)
        return Order(MAPPING, where, self.org.username, package, version, tuple(take))

    def plan(self, order: Order) -> Prepared:
        """Look and compare."""
        return prepare(self.client, order, wait=shortly)

    def install(self, order: Order) -> Installed:
        """Install, and leave nothing to do."""
        done = install(self.client, self.plan(order), wait=shortly)
        assert done.left == ()
        return done

    def shows(self, type_name: str, name: str) -> str:
        """Return the file of a component as the org has it, nothing where it has none."""
        files = retrieve(self.client, [(type_name, name)], "66.0", shortly)
        return "".join(body.decode() for body in files.values())

    def edit(self, type_name: str, name: str, *changes: tuple[str, str]) -> None:
        """Change a component's file as an admin does in Setup."""
        files = retrieve(self.client, [(type_name, name)], "66.0", shortly)
        made = []
        for path, body in files.items():
            text = body.decode()
            for old, new in changes:
                assert old in text, f"{old} is not in {text}"
                text = text.replace(old, new)
            made.append(File(path, text.encode(), {(type_name, name): path}))
        self.bring(made)

    def bring(self, files: Iterable[File]) -> None:
        """Deploy files as an admin does."""
        deploy(self.client, pack(tuple(files), "66.0"), wait=shortly)

    def flow(self, name: str) -> FlowState | None:
        """Return a flow's state, None where there is none."""
        return next(iter(flow_states(self.client, [name])), None)

    def switch_off(self, name: str) -> None:
        """Deactivate a flow."""
        state = self.flow(name)
        assert state is not None
        body = {"Metadata": {"activeVersionNumber": 0}}
        self.client.request("PATCH", f"tooling/sobjects/FlowDefinition/{state.id}", json=body)

    def create(self, object_name: str, **values: Any) -> str:
        """Create a record and return its id."""
        return str(self.client.json("POST", f"sobjects/{object_name}", json=values)["id"])

    def field(self, object_name: str, name: str) -> dict[str, Any]:
        """Return a field's describe."""
        fields = self.client.json("GET", f"sobjects/{object_name}/describe")["fields"]
        found: dict[str, Any] = next(field for field in fields if field["name"] == name)
        return found


def of(plan: Iterable[Step], change: Change) -> dict[str, str]:
    """Return what the plan says of this kind, by component."""
    return {f"{step.type}:{step.name}": step.why for step in plan if step.change is change}


def altered(folder: Path, *edits: Callable[[Path], None]) -> Path:
    """Return a copy of the package, changed."""
    shutil.copytree(source.PACKAGE / "force-app", folder / "force-app")
    for edit in edits:
        edit(folder / _SOURCE)
    return folder


def text(path: str, *changes: tuple[str, str]) -> Callable[[Path], None]:
    """Return an edit of a file of the package."""

    def edit(root: Path) -> None:
        body = (root / path).read_text()
        for old, new in changes:
            assert old in body, f"{old} is not in {path}"
            body = body.replace(old, new, 1)
        (root / path).write_text(body)

    return edit


def copied(path: str, other: str, *changes: tuple[str, str]) -> Callable[[Path], None]:
    """Return an edit that adds a component, made from another one."""

    def edit(root: Path) -> None:
        shutil.copyfile(root / path, root / other)
        text(other, *changes)(root)

    return edit


def without(path: str) -> Callable[[Path], None]:
    """Return an edit that takes a component out of the package."""
    return lambda root: (root / path).unlink()


def before_this(folder: Path) -> Path:
    """Return the version before: other words, a flow of other content; a view, a flow and a label that went since."""
    views, flows = "objects/Desired_Outcome__c/listViews", "flows"
    off_course = f"{flows}/Success_Vector_Off_Course_Account.flow-meta.xml"
    return altered(
        folder,
        text("objects/Account/fields/Next_Step__c.field-meta.xml", ("<label>Next Step", "<label>Next Thing")),
        text("objects/Account/fields/Next_Step__c.field-meta.xml", ("<length>255", "<length>200")),
        text(off_course, ("Note the problem", "Note what went wrong")),
        text(f"{flows}/Success_Vector_Success_Gap_Account.flow-meta.xml", ("Note the problem", "Note what went wrong")),
        text("objects/Account/listViews/Success_Vector_Drifting.listView-meta.xml", ("<label>", "<label>Old: ")),
        text("objects/Account/listViews/Success_Vector_Gap_Open.listView-meta.xml", ("<label>", "<label>Old: ")),
        without(f"{views}/Assumed.listView-meta.xml"),
        copied(f"{views}/All.listView-meta.xml", f"{views}/Old.listView-meta.xml", ("<fullName>All", "<fullName>Old")),
        copied(
            f"{views}/All.listView-meta.xml", f"{views}/Loved.listView-meta.xml", ("<fullName>All", "<fullName>Loved")
        ),
        copied(off_course, f"{flows}/Success_Vector_Former.flow-meta.xml", ("Note what went", "Tell what went")),
        text("labels/CustomLabels.labels-meta.xml", ("<labels>", f"{_FORMER_LABEL}<labels>")),
    )


_FORMER_LABEL = (
    "<labels><fullName>SV_Former</fullName><language>en_US</language><protected>false</protected>"
    "<shortDescription>Former</shortDescription><value>Former</value></labels>"
)
