"""Installing, from the first look to the last step: look, plan, deploy, activate, assign."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from connectors.salesforce.install import notify, source, zip
from connectors.salesforce.install.activate import ADMIN, INTEGRATION, activate, assign, flow_states
from connectors.salesforce.install.deploy import Deployed, Progress, deploy
from connectors.salesforce.install.org import Http, Org, check_rights, look, names_there, records_there, user_id
from connectors.salesforce.install.plan import Step, steps
from mappings.model import Mapping
from plugin.errors import UserError

WEBHOOK = "/webhooks/salesforce/"
_LEAST_SECRET = 32


@dataclass(frozen=True)
class Order:
    """What to install: `endpoint` is where notifications go (it holds the secret), `username` the integration user."""

    mapping: Mapping
    endpoint: str = field(repr=False)
    username: str
    package: Path = source.PACKAGE


@dataclass(frozen=True)
class Prepared:
    """A deployment that is ready, and what it would do."""

    plan: tuple[Step, ...]
    archive: zip.Archive
    flows: tuple[str, ...]
    org: Org
    integration_user: str
    username: str


@dataclass(frozen=True)
class Installed:
    """What was done, and what is left for a person to do in Setup (empty when all is well)."""

    deployed: Deployed
    left: tuple[str, ...]


def endpoint(base_url: str, secret: str) -> str:
    """Return the address that notifications go to. Raises UserError for one that is not safe to use."""
    parts = urlsplit(base_url)
    local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or parts.scheme not in ({"http", "https"} if local else {"https"}):
        raise UserError(
            f"SUCCESS_VECTOR_WEBHOOK_BASE_URL is {base_url!r}; Salesforce must reach us by https, and the address ends "
            "in our secret. Give an address like https://vector.example.org."
        )
    if len(secret) < _LEAST_SECRET or not secret.isascii() or any(mark in secret for mark in "/?#% \t"):
        raise UserError(
            "The first of SUCCESS_VECTOR_WEBHOOK_SECRETS is too short or can't stand in an address: use at least "
            f"{_LEAST_SECRET} letters and digits, for instance from `openssl rand -hex 32`."
        )
    return f"{base_url.rstrip('/')}{WEBHOOK}{secret}"


def prepare(http: Http, order: Order) -> Prepared:
    """Look at the org and return the deployment and its plan; nothing is changed.

    Raises UserError where the mapping, the package or the integration user doesn't fit this org.
    """
    package = _without_switches(http, source.read(order.package))
    custom = {one.name for one in package.of("CustomObject")}
    org = look(http, {*order.mapping.objects, *package.objects, *custom})
    check_rights(http, org)
    found = notify.notices(order.mapping, lambda name, field: org.watchable(package, name, field))
    states = flow_states(http, [*notify.flow_names(found), *(one.name for one in package.of("Flow"))])
    sets = names_there(http, "PermissionSet", [one.name for one in package.of("PermissionSet")])
    off = {state.name for state in states if state.active_version is None}
    deployed = _without(package, off)
    generated = notify.files(found, order.endpoint, order.username, http.version)
    return Prepared(
        plan=steps(package, org, list(sets), found, states),
        archive=zip.pack((*zip.files(deployed), *generated), http.version),
        flows=(*notify.flow_names(found), *(one.name for one in deployed.of("Flow"))),
        org=org,
        integration_user=user_id(http, order.username),
        username=order.username,
    )


def install(
    http: Http,
    prepared: Prepared,
    *,
    check_only: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
    wait: Callable[[float], None] = time.sleep,
) -> Installed:
    """Deploy what was prepared; unless `check_only`, switch on the flows and assign the permission sets as well."""
    deployed = deploy(http, prepared.archive, check_only=check_only, progress=progress, wait=wait)
    if check_only:
        return Installed(deployed, ())
    assigned = (
        assign(http, INTEGRATION, prepared.integration_user, prepared.username),
        assign(http, ADMIN, prepared.org.admin_id, prepared.org.admin_name),
    )
    return Installed(deployed, (*activate(http, prepared.flows), *_told(assigned)))


def _without_switches(http: Http, package: source.Source) -> source.Source:
    """Return the package without the switches that the org has: whether they are on is its admins' affair."""
    there: set[str] = set()
    for type_name in sorted({one.name.partition(".")[0] for one in package.of("CustomMetadata")}):
        there |= {f"{type_name}.{name}" for name in records_there(http, f"{type_name}__mdt")}
    return source.Source(
        tuple(one for one in package.components if one.kind.type != "CustomMetadata" or one.name not in there)
    )


def _without(package: source.Source, off: set[str]) -> source.Source:
    """Return the package without the flows that an admin has switched off: deploying one would switch it on."""
    return source.Source(tuple(one for one in package.components if one.kind.type != "Flow" or one.name not in off))


def _told(lines: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
