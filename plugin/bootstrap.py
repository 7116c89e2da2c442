"""From settings to everything that runs: the only place that knows all the parts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.connector import SalesforceConnector, connector_from
from connectors.salesforce.failures import Refused
from connectors.salesforce.install.listening import flows_active
from mappings.check import check
from mappings.load import load
from mappings.model import Mapping
from plugin.errors import Problem, Problems, UserError
from plugin.jobs import Bell
from plugin.plans.load import load_all
from plugin.plans.marks import StoreMarks
from plugin.plans.tending import Tending
from plugin.results.arranged import arranged
from plugin.results.keeping import Keeping
from plugin.settings import Settings
from plugin.store import batch_sizes, key_index, systems
from plugin.store.database import database_url
from plugin.store.engine import connect
from plugin.sync.brakes import Brakes
from plugin.sync.budget import Budget
from plugin.sync.engine import Engine
from plugin.sync.everywhere import Everywhere
from plugin.sync.points import Passing, on_and_on
from plugin.sync.rounds import Rounds
from plugin.sync.system import System
from plugin.systems_file import FROM_THE_ENVIRONMENT, settings_by_system

SALESFORCE = FROM_THE_ENVIRONMENT


@dataclass(frozen=True)
class Configured:
    """A system as it is configured, whether it can be reached or not; its mapping as written."""

    name: str
    settings: Settings
    mapping: Mapping


@dataclass(frozen=True)
class Services:
    """What every process of ours needs: the settings, the database, the systems, and the bell that wakes workers.

    `stopping` is set when the process is asked to end: what it is at ends where it stands, and another one goes on.
    """

    settings: Settings
    database: sa.Engine
    conninfo: str
    systems: dict[str, Configured]
    bell: Bell
    _open: ExitStack
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def mapping(self) -> Mapping:
        """The mapping of the first system."""
        return next(iter(self.systems.values())).mapping

    @property
    def mappings(self) -> dict[str, Mapping]:
        """The mapping of each system, by the system's name."""
        return {name: one.mapping for name, one in self.systems.items()}

    def wake(self) -> None:
        """Wake a worker for each system."""
        for name in self.systems:
            self.bell.ring("drain", name)

    def close(self) -> None:
        """Give everything back."""
        self._open.close()


def open_services(settings: Settings) -> Services:
    """Open the database that the settings mean; the embedded one runs at least until `close`.

    Raises Problems for a mapping, or a file with several systems, that can't be read.
    """
    found = systems_of(settings)
    opened = ExitStack()
    url = opened.enter_context(database_url(settings))
    database = connect(url)
    opened.callback(database.dispose)
    bell = Bell(url)
    opened.callback(bell.close)
    return Services(settings, database, url, found, bell, opened)


def systems_of(settings: Settings) -> dict[str, Configured]:
    """Return each system that the settings describe, by its name; raise Problems with all that is wrong."""
    found: dict[str, Configured] = {}
    problems: list[Problem] = []
    for name, (own, policy) in settings_by_system(settings).items():
        try:
            mapping = load(own.salesforce_mapping or SALESFORCE, own.salesforce_members.split(" and "), policy)
        except UserError as error:
            if own is settings:
                raise
            problems.append(Problem(own.named("mapping"), str(error), "docs/mappings.md shows the form."))
        else:
            found[name] = Configured(name, own, mapping)
    if problems:
        raise Problems("These mappings are wrong:", problems)
    return found


def mappings_of(settings: Settings) -> dict[str, Mapping]:
    """Return the mapping of each system that the settings name, by the system's name."""
    return {name: one.mapping for name, one in systems_of(settings).items()}


@dataclass(frozen=True)
class Checked:
    """A system that answered: how it is connected, and everything that its mapping should be told."""

    system: System
    problems: tuple[Problem, ...]

    def require(self) -> System:
        """Return the system; raise Problems if one of them is an error."""
        if any(problem.severity == "error" for problem in self.problems):
            raise Problems("The mapping does not fit the org:", self.problems)
        return self.system


def check_system(
    services: Services,
    connector: SalesforceConnector | None = None,
    *,
    with_flows: bool = False,
    name: str | None = None,
) -> Checked:
    """Sign in, describe what is mapped, and hold the mapping against it; `with_flows` looks at the notify flows, too.

    A service runs without knowing about the flows: polling finds what they don't tell. `name` says which system, the
    first one if it is left out.
    """
    configured = services.systems[name or next(iter(services.systems))]
    mapping = configured.mapping
    connector = connector or _connector(services, configured)
    identity = connector.identity()
    schemas = connector.describe(mapping.objects)
    with services.database.connect() as conn:
        pinned = systems.org_id(conn, configured.name)
        known = systems.get(conn, configured.name)
    listening = _listening(configured, connector) if with_flows else None
    # A service that runs lets a lost field rest; whoever asks for a check is told of it as of any other mistake.
    running = not with_flows and known is not None and known.first_sync_completed_at is not None
    problems = check(mapping, schemas, flows_active=listening, pinned_org=pinned, org=identity, running=running)
    if with_flows and listening is None:
        problems.append(_unseen(configured.settings))
    zone = ZoneInfo(services.settings.time_zone or identity.time_zone)
    system = System(configured.name, connector, mapping.within(schemas, zone), schemas)
    return Checked(system, tuple(problems))


def _unseen(settings: Settings) -> Problem:
    words = "the integration user may not see whether they run (it needs no such right)"
    fix = f"To have it checked, set {settings.named('admin_token')} for this one command, or look in Setup, Flows."
    return Problem("notify flows", words, fix, "warning")


def _connector(services: Services, configured: Configured) -> SalesforceConnector:
    with services.database.connect() as conn:
        sizes = batch_sizes.load(conn, configured.name, now())
    return connector_from(configured.settings, services.stopping.is_set, sizes)


def _listening(configured: Configured, connector: SalesforceConnector) -> dict[str, bool] | None:
    """Return which notify flows run; None where nobody may tell us: running needs no right to see Setup."""
    settings = configured.settings
    client = connector.client
    if settings.salesforce_admin_token:
        token = settings.salesforce_admin_token.get_secret_value()
        client = SalesforceClient.with_token(client.url, token, version=settings.salesforce_api_version)
    try:
        return flows_active(client, configured.mapping)
    except Refused:
        return None


def engine_of(services: Services, system: System, passing: Passing = on_and_on) -> Engine:
    """Return the engine for a system that was checked; what it reads is made due for the other ones, too."""
    zone, budget, brakes = services.settings.time_zone, budget_of(services.settings), brakes_of(services.settings)
    connected, known = {system.name: system}, services.mappings
    with services.database.begin() as conn:
        for source in system.mapping.sources:
            if source.match:
                key_index.ensure(conn, source.entity, source.match)
    engine = Engine(services.database, connected, now, zone, passing, budget, brakes=brakes, mappings=known)
    engine.stopping = services.stopping.is_set
    engine.snapshot_months = services.settings.snapshot_months
    return engine


def brakes_of(settings: Settings) -> Brakes:
    """Return how much may be overwritten or deleted in a day before a person has looked."""
    return Brakes(settings.brake_overwrite_percent / 100, settings.brake_delete_percent / 100, settings.brake_minimum)


def budget_of(settings: Settings) -> Budget:
    """Return how many of the org's calls each lane may use."""
    shares = (settings.calls_reserve_percent, settings.calls_sync_percent, settings.calls_backfill_percent)
    return Budget(*(share / 100 for share in shares))


def rounds_of(services: Services, name: str, passing: Passing = on_and_on) -> Rounds:
    """Return what a worker does for a system; it signs in when there is something to do, and again after a failure."""
    build: Callable[[], Engine] = lambda: engine_of(services, check_system(services, name=name).require(), passing)  # noqa: E731
    settings = services.settings
    return Rounds(
        services.database, name, build, now, settings.poll_seconds, settings.reconcile_hour, budget_of(settings)
    )


def worker_of(services: Services) -> Keeping:
    """Return what a worker runs: the rounds, plans looked after, a day's results kept.

    Raises Problems for templates, a team or coverage rules that don't fit.
    """
    settings = services.settings
    templates = load_all(settings.plans) if settings.plans_at_joining else ()
    rounds = Everywhere({name: rounds_of(services, name) for name in services.systems})
    marks, names = marks_of(services.mappings), list(services.systems)
    tending = Tending(rounds, services.database, marks, now, templates, settings.time_zone, names)
    return Keeping(tending, services.database, marks, now, settings.time_zone, arranged(settings))


def marks_of(mappings: dict[str, Mapping]) -> StoreMarks:
    """Return what makes due, for every system, what follows from a change."""
    return StoreMarks(mappings, now)


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)
