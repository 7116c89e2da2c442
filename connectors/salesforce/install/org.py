"""The org before installing: what it holds, as its describes and its setup tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from simple_salesforce.format import format_soql

from connectors.salesforce.failures import Refused
from connectors.salesforce.install.source import Source
from plugin.errors import UserError

NEEDED = (
    "Use the access token of an administrator: of somebody with the permissions Modify Metadata and Customize "
    "Application."
)
_NOT_ALLOWED = {"INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "FORBIDDEN", "API_CURRENTLY_DISABLED"}
Described = Mapping[str, Any]


class Answer(Protocol):
    """What came back."""

    @property
    def content(self) -> bytes:
        """The body, as it was sent."""


class Session(Protocol):
    """A session that is signed in."""

    @property
    def access_token(self) -> str:
        """Its token: never print or log it."""


class Http(Protocol):
    """A signed-in session, such as SalesforceClient: JSON in and out, our errors raised."""

    version: str

    def json(self, method: str, path: str, **request: Any) -> Any:
        """Make a call and return its JSON, None for an empty answer. `path` is relative to /services/data/vNN.N/."""

    def request(self, method: str, path: str, **request: Any) -> Answer:
        """Make a call and return its answer; a `path` that begins with / is absolute."""

    def token(self) -> Session:
        """Return the session, whose token SOAP wants in the message."""


def query(http: Http, soql: str, *, tooling: bool = False) -> list[dict[str, Any]]:
    """Return the rows of a query that has few; values in it must have been quoted."""
    rows: list[dict[str, Any]] = http.json("GET", "tooling/query" if tooling else "query", params={"q": soql})[
        "records"
    ]
    return rows


def quoted(template: str, *values: object) -> str:
    """Return a query with the values quoted into its `{}` places; a sequence becomes a list in brackets."""
    text: str = format_soql(template, *values)
    return text


@dataclass(frozen=True)
class Org:
    """What there is: the fields of each object as described, both by name, and who is signed in."""

    fields: Mapping[str, Mapping[str, Described]]
    labels: Mapping[str, str]
    admin_id: str
    admin_name: str
    org_id: str

    @property
    def opportunities_have_record_types(self) -> bool:
        """Whether opportunities can be given a record type: the field is there only where there is one."""
        return "RecordTypeId" in self.fields.get("Opportunity", {})

    def watchable(self, source: Source, object_name: str, field: str) -> tuple[str, ...]:
        """Return the fields whose change tells that this one changed, as far as a flow's formula can compare them.

        Long text, references to several objects and read-only fields can't be compared; a compound name is watched
        by its parts. Raises UserError for a field that neither the org nor the package has.
        """
        ours = source.objects.get(object_name, {}).get(field)
        if ours is not None:
            return () if ours.say("type") == "LongTextArea" else (field,)
        if field == "Name" and object_name in {one.name for one in source.of("CustomObject")}:
            return (field,)
        known = self.fields.get(object_name, {})
        if field not in known:
            raise UserError(
                f"The mapping reads {object_name}.{field}, which neither this org nor our package has, or which you "
                "may not see. Run `success-vector check` for the nearest name."
            )
        parts = [name for name, one in known.items() if one.get("compoundFieldName") == field and name != field]
        return tuple(name for name in parts or [field] if _comparable(known[name]))


def _comparable(field: Described) -> bool:
    if not field.get("updateable"):
        return False
    if field["type"] == "textarea":
        return int(field.get("length") or 0) <= 255
    return field["type"] not in {"address", "location"} and len(field.get("referenceTo") or ()) <= 1


_PAGES = re.compile(r"\.(lightning\.force|my\.salesforce-setup|lightning\.salesforce)\.com$")
_EVERYBODYS = re.compile(r"(login|test|www|[a-z]{2,4}\d+)\.salesforce\.com$")


def my_domain(url: str) -> str:
    """Return the address at which the org of an address answers, as far as that can be told: of pages in it, the host.

    What is right already comes back as it is, without a slash at its end.
    """
    parts = urlsplit(url.strip())
    if not parts.scheme or not parts.hostname:
        host = url.strip().split("/")[0]
        return f"https://{host}" if "." in host else "https://YOUR-DOMAIN.my.salesforce.com"
    host = _PAGES.sub(".my.salesforce.com", parts.netloc)
    if _EVERYBODYS.fullmatch(parts.hostname):
        host = "YOUR-DOMAIN.my.salesforce.com"
    return f"{parts.scheme}://{host}"


def look(http: Http, objects: Iterable[str]) -> Org:
    """Return what the org holds of these objects and who is signed in; objects that it lacks are left out."""
    there = {one["name"] for one in http.json("GET", "sobjects")["sobjects"]}
    described = {name: http.json("GET", f"sobjects/{name}/describe") for name in sorted(set(objects)) if name in there}
    who = http.json("GET", "/services/oauth2/userinfo")
    return Org(
        fields={name: {field["name"]: field for field in one["fields"]} for name, one in described.items()},
        labels={name: str(one["label"]) for name, one in described.items()},
        admin_id=who["user_id"],
        admin_name=who["preferred_username"],
        org_id=who["organization_id"],
    )


def check_rights(http: Http, org: Org) -> None:
    """Raise UserError, naming the permission, where the one who is signed in may not install."""
    try:
        query(http, "SELECT Id FROM FlowDefinition LIMIT 1", tooling=True)
    except Refused as error:
        raise UserError(
            f"{org.admin_name} may not install in this org: {error.said.rstrip('.')} ({error.code}). {NEEDED}"
        ) from error


def not_allowed(error: Refused) -> bool:
    """Return whether Salesforce refused because of who asked."""
    return error.code in _NOT_ALLOWED


def check_objects(org: Org, source: Source) -> None:
    """Raise UserError where the org lacks a standard object that the package adds fields to, or doesn't show it."""
    standard = (name for name in source.objects if "__" not in name)
    missing = sorted(name for name in standard if name not in org.fields)
    if missing:
        raise UserError(
            f"This org does not show {' and '.join(missing)} to {org.admin_name}, and the package adds fields there. "
            "Give that user access to them (Setup, Profiles, Object Settings), or take another administrator's token. "
            "Editions without them can't take the package. Nothing was changed."
        )


def user_id(http: Http, username: str) -> str:
    """Return the integration user's id. Raises UserError where the org has no such active user."""
    rows = query(http, quoted("SELECT Id, IsActive FROM User WHERE Username = {}", username))
    if not rows:
        raise UserError(
            f"This org has no user {username}. Create the integration user in Setup, Users (licence: Salesforce "
            "Integration), or put SUCCESS_VECTOR_SALESFORCE_USERNAME right."
        )
    if not rows[0]["IsActive"]:
        raise UserError(
            f"The user {username} is inactive, so no message could be sent as it. Activate it in Setup, Users."
        )
    found: str = rows[0]["Id"]
    return found


def names_there(http: Http, object_name: str, names: Sequence[str]) -> dict[str, str]:
    """Return name -> id of those records of a setup object, such as PermissionSet, that there are."""
    rows = query(http, quoted(f"SELECT Id, Name FROM {object_name} WHERE Name IN {{}}", list(names)))
    return {row["Name"]: row["Id"] for row in rows}
