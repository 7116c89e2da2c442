"""An org in memory, as far as installing asks for one."""

import base64
import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from plugin.errors import UserError


def described(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": name,
        "type": kind,
        "length": 255 if kind == "string" else 0,
        "precision": 0,
        "scale": 0,
        "referenceTo": [],
        "picklistValues": [],
        "unique": False,
        "updateable": True,
        "compoundFieldName": None,
        "inlineHelpText": None,
        **more,
    }


ACCOUNT = [described("Name"), described("OwnerId", "reference", referenceTo=["User"])]
CONTACT = [
    described("Name", updateable=False),
    described("FirstName", compoundFieldName="Name"),
    described("LastName", compoundFieldName="Name"),
    described("OwnerId", "reference", referenceTo=["User"]),
]
ACTIVITY = [
    described("Subject", "combobox"),
    described("ActivityDate", "date"),
    described("IsClosed", "boolean", updateable=False),
    described("AccountId", "reference", referenceTo=["Account"], updateable=False),
    described("WhoId", "reference", referenceTo=["Contact", "Lead"]),
]
OPPORTUNITY = [
    described("Amount", "currency"),
    described("CloseDate", "date"),
    described("IsWon", "boolean", updateable=False),
    described("AccountId", "reference", referenceTo=["Account"]),
]


@dataclass(frozen=True)
class Answer:
    content: bytes


@dataclass(frozen=True)
class Session:
    access_token: str = "token"


class FakeOrg:
    """Keeps what it is asked and told. `results` are the answers to polling a deployment, the last one repeated;
    `files` are what a retrieval shows.
    """

    version = "66.0"

    def __init__(self) -> None:
        self.objects = {"Account": ACCOUNT, "Contact": CONTACT, "Task": ACTIVITY, "Event": ACTIVITY}
        self.objects["Opportunity"] = OPPORTUNITY
        self.users = {"robot@example.org": True}
        self.permission_sets: dict[str, str] = {}
        self.assignments: list[dict[str, str]] = []
        self.flows: dict[str, list[int | None]] = {}
        self.results: list[dict[str, Any]] = []
        self.refuses: dict[str, str] = {}
        self.ignores_activation = False
        self.options: dict[str, Any] = {}
        self.deployed: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}

    def token(self) -> Session:
        return Session()

    def request(self, method: str, path: str, **request: Any) -> Answer:
        assert path == f"/services/Soap/m/{self.version}"
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as opened:
            for name, body in self.files.items():
                opened.writestr(f"unpackaged/{name}", body)
        shown = base64.b64encode(content.getvalue()).decode()
        inner = f"<id>09S</id><done>true</done><success>true</success><zipFile>{shown}</zipFile>"
        return Answer(f'<r xmlns="http://soap.sforce.com/2006/04/metadata"><result>{inner}</result></r>'.encode())

    def json(self, method: str, path: str, **request: Any) -> Any:
        for start, words in self.refuses.items():
            if f"{method} {path}".startswith(start):
                raise UserError(words)
        if method == "GET":
            return self._get(path, request.get("params") or {})
        return getattr(self, "_" + path.split("/")[-2 if method == "PATCH" else -1].lower())(path, request)

    def _get(self, path: str, params: dict[str, str]) -> Any:
        if path == "sobjects":
            return {"sobjects": [{"name": name} for name in self.objects]}
        if path.endswith("/describe"):
            name = path.split("/")[1]
            return {"label": name, "fields": self.objects[name]}
        if path == "/services/oauth2/userinfo":
            return {"user_id": "005A", "preferred_username": "admin@example.org", "organization_id": "00DA"}
        if path.startswith("metadata/deployRequest/"):
            result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
            return {"id": path.rsplit("/", 1)[1], "deployResult": result}
        return {"records": self._rows(params["q"])}

    def _rows(self, soql: str) -> list[dict[str, Any]]:
        table = re.search(r"FROM (\w+)", soql)[1]
        values = re.findall(r"'([^']*)'", soql)
        if table == "User":
            return [{"Id": "005R", "IsActive": self.users[name]} for name in values if name in self.users]
        if table == "PermissionSet":
            return [{"Id": self.permission_sets[name], "Name": name} for name in values if name in self.permission_sets]
        if table == "PermissionSetAssignment":
            wanted = dict(zip(("PermissionSetId", "AssigneeId"), values, strict=True))
            return [{"Id": "0Pa"} for one in self.assignments if one == wanted]
        return [
            {
                "Id": f"300{name}",
                "DeveloperName": name,
                "ActiveVersion": {"VersionNumber": active} if active else None,
                "LatestVersion": {"VersionNumber": newest},
            }
            for name, (newest, active) in self.flows.items()
            if name in values
        ]

    def _deployrequest(self, path: str, request: dict[str, Any]) -> Any:
        self.options = json.loads(request["files"]["json"][1])["deployOptions"]
        with zipfile.ZipFile(io.BytesIO(request["files"]["file"][1])) as opened:
            self.deployed = {name: opened.read(name) for name in opened.namelist()}
        if not self.options["checkOnly"]:
            self.files.update({name: body for name, body in self.deployed.items() if name != "package.xml"})
        return {"id": "0AfA"}

    def _flowdefinition(self, path: str, request: dict[str, Any]) -> None:
        if not self.ignores_activation:
            self.flows[path.rsplit("/", 1)[1].removeprefix("300")][1] = request["json"]["Metadata"][
                "activeVersionNumber"
            ]

    def _permissionsetassignment(self, path: str, request: dict[str, Any]) -> Any:
        self.assignments.append(request["json"])
        return {"success": True}


def result(*, done: bool = True, success: bool = True, **more: Any) -> dict[str, Any]:
    return {
        "done": done,
        "success": success,
        "status": "Succeeded" if done and success else "Failed" if done else "InProgress",
        "numberComponentsDeployed": 0,
        "numberComponentErrors": 0,
        "numberComponentsTotal": 0,
        **more,
    }
