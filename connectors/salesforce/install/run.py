"""Installing, from the first look to the last step: look, compare, plan, deploy, activate, look again, assign."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from connectors.salesforce.install import flows, notify, record, remember, source, zip
from connectors.salesforce.install.activate import ADMIN, INTEGRATION, activate, assign, flow_states
from connectors.salesforce.install.deploy import Deployed, Progress, deploy
from connectors.salesforce.install.metadata import ComponentName, File
from connectors.salesforce.install.org import Http, Org, check_objects, check_rights, look, user_id
from connectors.salesforce.install.pieces import Components, put_together, taken_apart
from connectors.salesforce.install.plan import Step, steps
from connectors.salesforce.install.record import Record
from connectors.salesforce.install.removal import remove_retired
from connectors.salesforce.install.retrieve import retrieve
from connectors.salesforce.install.taken import refuse_unknown
from connectors.salesforce.install.threeway import Comparison, Rules, compare
from mappings.model import Mapping
from plugin import __version__
from plugin.errors import UserError

WEBHOOK = "/webhooks/salesforce/"
_LEAST_SECRET = 32
Wait = Callable[[float], None]


@dataclass(frozen=True)
class Order:
    """What to install: `endpoint` is where notifications go (it holds the secret), `username` the integration user.

    `take` names components, as TYPE:NAME, of which ours is wanted whatever the org's admins made of them.
    """

    mapping: Mapping
    endpoint: str = field(repr=False)
    username: str
    package: Path = source.PACKAGE
    version: str = __version__
    take: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A deployment that is ready, and what it would do. `archive` has no files where there is nothing to bring.

    `flows` are all of ours that should run, `to_switch_on` those of them that this deployment concerns; `before` is
    what the org remembers of the last one, `record` what it will.
    """

    plan: tuple[Step, ...]
    archive: zip.Archive
    flows: tuple[str, ...]
    to_switch_on: tuple[str, ...]
    org: Org
    integration_user: str
    username: str
    version: str
    before: Record | None
    record: Record
    comparisons: tuple[Comparison, ...] = field(repr=False)


@dataclass(frozen=True)
class Installed:
    """What was done, and what is left for a person to do in Setup (empty when all is well)."""

    deployed: Deployed
    left: tuple[str, ...]
    removed: tuple[ComponentName, ...] = ()


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


def prepare(http: Http, order: Order, *, wait: Wait = time.sleep) -> Prepared:
    """Look at the org and return the deployment and its plan; nothing is changed.

    Raises UserError where the mapping, the package or the integration user doesn't fit this org, and where the org
    holds a newer version than ours.
    """
    package = source.read(order.package)
    custom = {one.name for one in package.of("CustomObject")}
    org = look(http, {*order.mapping.objects, *package.objects, *custom})
    check_rights(http, org)
    check_objects(org, package)
    if org.opportunities_have_record_types:
        package = package.with_record_types(order.package)
    integration_user = user_id(http, order.username)
    before = installed(http, wait)
    refuse_older(before, order.version)
    found = notify.notices(order.mapping, lambda name, field: org.watchable(package, name, field))
    generated = notify.files(found, order.endpoint, order.username, http.version)
    files = (*zip.files(package), *generated)
    ours = taken_apart({file.path: file.content for file in files})
    rules = Rules(_always(generated), order.take)
    refuse_unknown(order.take, ours)
    theirs = shown(
        http, (*ours, *(before.pieces if before else ())), before.api_version if before else http.version, wait
    )
    states = flow_states(http, sorted({name for kind, name in (*ours, *theirs) if kind == "Flow"}))
    compared = flows.with_switches(compare(ours, theirs, before, rules), states, before, rules)
    off = flows.switched_off(states, before, rules)
    to_switch_on = flows.to_switch_on(compared, states, before, rules)
    kept = remember.under_way(compared, before, order.version, http.version)
    return Prepared(
        plan=steps(compared, off, to_switch_on),
        archive=_archive(compared, files, kept, before, http.version),
        flows=tuple(name for kind, name in ours if kind == "Flow" and name not in off),
        to_switch_on=to_switch_on,
        org=org,
        integration_user=integration_user,
        username=order.username,
        version=order.version,
        before=before,
        record=kept,
        comparisons=compared,
    )


def installed(http: Http, wait: Wait = time.sleep) -> Record | None:
    """Return what the org remembers of the last installation, None where there was none that it remembers."""
    return record.read(retrieve(http, [record.COMPONENT], http.version, wait))


def shown(http: Http, names: Sequence[ComponentName], version: str, wait: Wait) -> Components:
    """Return what the org has of these components."""
    wanted = set(names)
    there = taken_apart(retrieve(http, wanted, version, wait))
    return {name: made for name, made in there.items() if name in wanted}


def refuse_older(before: Record | None, version: str) -> None:
    """Raise UserError where the org holds a newer version than ours."""
    if before is not None and record.newer(before.version, version):
        raise UserError(
            f"This org has Success Vector {before.version}, which is newer than the {version} on this machine. Going "
            "back would break what the newer one brought, so nothing was changed. Bring this machine to "
            f"{before.version} or newer, then run `success-vector upgrade`."
        )


def _always(generated: Sequence[File]) -> frozenset[ComponentName]:
    """Return what the service itself lives on: its permissions, and being told of changes."""
    return frozenset({("PermissionSet", INTEGRATION), *(name for file in generated for name in file.components)})


def _archive(
    compared: Sequence[Comparison], files: Sequence[File], kept: Record, before: Record | None, version: str
) -> zip.Archive:
    sources = {name: path for file in files for name, path in file.components.items()}
    brought = {one.name: one.result for one in compared if one.changes and not one.removes}
    contents = put_together(brought, sources)
    if contents or kept != before:
        contents = (*contents, *record.files(kept))
    return zip.pack(contents, version)


def install(
    http: Http,
    prepared: Prepared,
    *,
    check_only: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
    wait: Wait = time.sleep,
) -> Installed:
    """Deploy what was prepared; unless `check_only`, do the rest as well: flows, removals, permission sets.

    Stopped at any point, it is completed by running it again.
    """
    if check_only:
        return Installed(_deployed(http, prepared, progress, wait, check_only=True), ())
    return complete(http, prepared, bring(http, prepared, progress=progress, wait=wait), wait=wait)


def bring(
    http: Http,
    prepared: Prepared,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    wait: Wait = time.sleep,
) -> Deployed:
    """Do the first half of installing: deploy. What the org remembers says that the second half is still to come."""
    flows.make_room(http, flow_states(http, prepared.to_switch_on), prepared.to_switch_on)
    return _deployed(http, prepared, progress, wait, check_only=False)


def complete(http: Http, prepared: Prepared, deployed: Deployed, *, wait: Wait = time.sleep) -> Installed:
    """Do the second half: flows, removals, what the org remembers, permission sets."""
    left = list(activate(http, prepared.to_switch_on))
    states = flow_states(http, prepared.flows)
    left += flows.prune(http, [state for state in states if state.name in prepared.to_switch_on])
    removed, refused = remove_retired(http, prepared.comparisons, wait)
    _remember(http, prepared, removed, wait)
    assigned = (
        assign(http, INTEGRATION, prepared.integration_user, prepared.username),
        assign(http, ADMIN, prepared.org.admin_id, prepared.org.admin_name),
    )
    return Installed(deployed, (*left, *refused, *(line for line in assigned if line)), removed)


def _deployed(
    http: Http, prepared: Prepared, progress: Callable[[Progress], None], wait: Wait, *, check_only: bool
) -> Deployed:
    if not prepared.archive.files:
        return Deployed("", (), (), ())
    return deploy(http, prepared.archive, check_only=check_only, progress=progress, wait=wait)


def _remember(http: Http, prepared: Prepared, removed: Sequence[ComponentName], wait: Wait) -> None:
    """Look at the org once more and keep in it what it shows; where it remembers that already, nothing is sent."""
    done = [one for one in prepared.comparisons if one.changes and (not one.removes or one.name in removed)]
    brought = [one.name for one in done if not one.removes]
    after = shown(http, brought, http.version, wait) if brought else {}
    active = {state.name for state in flow_states(http, prepared.flows) if state.active_version is not None}
    was_on = prepared.before.on if prepared.before else frozenset()
    on = {
        name for name in active | was_on if ("Flow", name) in prepared.record.pieces and ("Flow", name) not in removed
    }
    kept = remember.looked_at(prepared.record, done, after, on - (set(prepared.to_switch_on) - active))
    if kept != (prepared.record if prepared.archive.files else prepared.before):
        deploy(http, zip.pack(record.files(kept), http.version), wait=wait)


def anything_of_ours(http: Http, package: source.Source) -> bool:
    """Return whether the org has any of our objects: whether installing would be an upgrade."""
    there = {one["name"] for one in http.json("GET", "sobjects")["sobjects"]}
    return any(one.name in there for one in package.of("CustomObject"))
