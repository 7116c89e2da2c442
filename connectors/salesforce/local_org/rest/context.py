"""What every resource needs: which org this is, who asks, and the transaction that the request runs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, request

from connectors.salesforce.local_org.calls import Calls
from connectors.salesforce.local_org.connected_app import ConnectedApp
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.faults import Faults
from connectors.salesforce.local_org.locators import Locators
from connectors.salesforce.local_org.org import Org
from connectors.salesforce.local_org.sessions import Session, Sessions
from connectors.salesforce.local_org.work import Work

EXTENSION = "local_org"
WORK = "local_org.work"
SESSION = "local_org.session"


@dataclass
class Here:
    """The running server's parts; `url` answers where it is reached."""

    org: Org
    sessions: Sessions
    app: ConnectedApp
    calls: Calls
    url: Callable[[], str]
    faults: Faults = field(default_factory=Faults)
    locators: Locators = field(default_factory=Locators)


def here() -> Here:
    """Return the parts of the server that serves this request."""
    parts: Here = current_app.extensions[EXTENSION]
    return parts


def signed_in() -> Session:
    """Return the session of the request's bearer token; a bad one is refused."""
    if SESSION in request.environ:
        session: Session = request.environ[SESSION]
        return session
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return here().sessions.of(token.strip() if kind.lower() in ("bearer", "oauth") else None)


@contextmanager
def work() -> Iterator[Work]:
    """Run in a transaction with the caller's rights; an all-or-none composite lends its own."""
    outer: Work | None = request.environ.get(WORK)
    knows = _knows_of_duplicates()
    if outer is not None:
        with outer.savepoint():
            before, outer.allow_duplicates = outer.allow_duplicates, knows
            try:
                yield outer
            finally:
                outer.allow_duplicates = before
        return
    org = here().org
    with org.work(org.access(signed_in().user_id)) as own:
        own.allow_duplicates = knows
        yield own


def _knows_of_duplicates() -> bool:
    """Return what the caller says of duplicates in `Sforce-Duplicate-Rule-Header: allowSave=true`."""
    said = request.headers.get("Sforce-Duplicate-Rule-Header", "")
    parts = dict(part.strip().lower().split("=", 1) for part in said.split(";") if "=" in part)
    if parts.get("includerecorddetails") == "true":
        raise not_modelled("includeRecordDetails in Sforce-Duplicate-Rule-Header")
    return parts.get("allowsave") == "true"


def version() -> str:
    """Return the API version that the request's path names, such as "66.0"."""
    return str(getattr(g, "version", "66.0"))


def json_object() -> dict[str, Any]:
    """Return the request's JSON object; anything else is refused as Salesforce's reader refuses it."""
    body = request.get_json(silent=True, force=True)
    if not isinstance(body, dict):
        raise OrgError("JSON_PARSER_ERROR", "Unexpected input: a JSON object is expected at [line:1, column:1]")
    return body


def all_or_none() -> bool:
    """Return whether the body of a collection request asks for all or nothing."""
    return bool(json_object().get("allOrNone", False))
