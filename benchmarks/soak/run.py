"""`python -m benchmarks soak`: the whole of it, and the figures as Markdown."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from benchmarks.soak.crm import SECRET, Crm, furnish, running_crm
from benchmarks.soak.lag import Burst, Lag
from benchmarks.soak.ledger import Ledger
from benchmarks.soak.order import BURST_SECONDS, CYCLE_SECONDS, Order, parse
from benchmarks.soak.people import MILESTONE, OUTCOME, Here, There, burst, parts
from benchmarks.soak.report import markdown
from benchmarks.soak.service import Service
from benchmarks.soak.verdict import Comparison
from plugin.bootstrap import SALESFORCE, Services, check_system, engine_of, open_services
from plugin.logs import set_up
from plugin.settings import Settings
from plugin.store import links, migrate, systems
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect
from plugin.store.schema import due
from plugin.sync.poll import first_sync, poll

PEOPLE = 4
"""On each side."""
PATIENCE_SECONDS = 600.0
POLL_SECONDS = 60


@dataclass(frozen=True)
class Stage:
    """Everything that runs while people edit."""

    order: Order
    crm: Crm
    services: Services
    database: sa.Engine
    ids: Mapping[str, Sequence[str]]


def main(given: Sequence[str]) -> int:
    """Run the soak that a command line orders, print its figures, and return 1 if anything was lost or doubled."""
    order = parse(given)
    set_up("error")
    with TemporaryDirectory() as folder, ExitStack() as ended:
        postgres = EmbeddedPostgres(Path(folder) / "database")
        postgres.start()
        ended.callback(postgres.remove)
        crm = ended.enter_context(running_crm(postgres.create_database("org"), Path(folder)))
        ours = postgres.create_database("ours")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        _say(f"making {order.members} members")
        ids = furnish(crm, order.members, f"http://127.0.0.1:{port}")
        environment = _environment(crm, ours)
        os.environ.update(environment)
        services = open_services(Settings(_env_file=None))
        ended.callback(services.close)
        migrate.upgrade(services.database)
        _say("first sync")
        first_sync(engine_of(services, check_system(services).require()), SALESFORCE, lambda _: None)
        database = connect(ours, pool_size=PEOPLE + 2)
        ended.callback(database.dispose)
        log = ended.enter_context(Path(f"soak-{os.getpid()}.log").open("wb"))
        service = Service(port, {**os.environ, **environment}, log, Random(order.seed))
        ended.callback(service.stop)
        return _play(Stage(order, crm, services, database, ids), service)


def _environment(crm: Crm, database: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "SUCCESS_VECTOR_SALESFORCE_URL": crm.url,
        "SUCCESS_VECTOR_SALESFORCE_CLIENT_ID": crm.client_id,
        "SUCCESS_VECTOR_SALESFORCE_USERNAME": crm.username,
        "SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE": str(crm.key),
        "SUCCESS_VECTOR_WEBHOOK_SECRETS": SECRET,
        "SUCCESS_VECTOR_POLL_SECONDS": str(POLL_SECONDS),
        "SUCCESS_VECTOR_BRAKE_OVERWRITE_PERCENT": "100",
        "SUCCESS_VECTOR_BRAKE_DELETE_PERCENT": "100",
        "SUCCESS_VECTOR_LOG_LEVEL": "warning",
    }


def _play(stage: Stage, service: Service) -> int:
    order, lag, ledger = stage.order, Lag(stage.database), Ledger()
    _say("everything is written for the first time")
    _calm(stage, datetime.now(UTC))
    before = stage.crm.calls()
    with lag.watching():
        stage.crm.go_wrong(order.seed)
        with service.killing():
            bursts = _bursts(stage, ledger, lag)
        injected = stage.crm.injected()
        stage.crm.go_right()
        _say("going quiet")
        _calm(stage, datetime.now(UTC))
    calls = {kind: number - before.get(kind, 0) for kind, number in stage.crm.calls().items()}
    service.stop()
    engine = engine_of(stage.services, check_system(stage.services).require())
    poll(engine, SALESFORCE)
    engine.drain(SALESFORCE)
    verdict = Comparison(stage.database, engine.connected[SALESFORCE], ledger).run()
    told = {
        "fault": injected,
        "killed": service.killed,
        "calls": calls,
        "notifications": {name: told for name, told in stage.crm.notifications().items() if isinstance(told, int)},
        "compared": verdict.counted,
    }
    print(markdown(order, ledger.counted, told, bursts, lag, verdict.problems))
    return 1 if verdict.problems else 0


def _bursts(stage: Stage, ledger: Ledger, lag: Lag) -> list[Burst]:
    people = _people(stage, ledger)
    done: list[Burst] = []
    for number in range(stage.order.bursts):
        began, edits = time.monotonic(), _edits(ledger)
        threads = [threading.Thread(target=burst, args=(one, rate, BURST_SECONDS)) for one, rate in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done.append(Burst(began, time.monotonic(), _edits(ledger) - edits))
        time.sleep(max(0.0, began + CYCLE_SECONDS - time.monotonic()))
        _say(f"burst {number + 1} of {stage.order.bursts}: {done[-1].edits} edits, lag now {lag.now():.1f} s")
    return done


def _edits(ledger: Ledger) -> int:
    return ledger.counted["edits here"] + ledger.counted["edits there"]


def _people(stage: Stage, ledger: Ledger) -> list[tuple[Here | There, float]]:
    mapping, seed = stage.services.mapping, stage.order.seed
    with stage.database.connect() as conn:
        known = {
            name: [(key, link.record_id) for key, link in links.by_external(conn, SALESFORCE, stage.ids[name]).items()]
            for name in (OUTCOME, MILESTONE)
        }
    rate = stage.order.rate / PEOPLE
    people: list[tuple[Here | There, float]] = []
    for number in range(PEOPLE):
        theirs = {name: parts(stage.ids[name], PEOPLE)[number] for name in known}
        ours = {name: parts(known[name], PEOPLE)[number] for name in known}
        people.append((There(stage.crm.client(), mapping, ledger, Random(f"{seed} there {number}"), theirs, []), rate))
        people.append((Here(stage.database, mapping, ledger, Random(f"{seed} here {number}"), ours), rate))
    return people


def _calm(stage: Stage, since: datetime) -> None:
    """Wait until every object was polled since a moment, and nothing is due. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with stage.database.connect() as conn:
            known = systems.get(conn, SALESFORCE)
            left = conn.scalar(sa.select(sa.func.count()).select_from(due)) or 0
        if known and known.polled_at and known.polled_at > since and left == 0:
            return
        time.sleep(1)
    raise TimeoutError(f"{left} records are still due {PATIENCE_SECONDS:.0f} s after everything went quiet")


def _say(words: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {words}", file=sys.stderr, flush=True)
