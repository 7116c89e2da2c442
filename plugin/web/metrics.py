"""Prometheus metrics, read from the database when they are asked for, so that every process tells the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from plugin.store import braked, dead_letters, due, links, refusals, systems, unmatched, walks
from plugin.sync import held
from plugin.sync.budget import DEFAULT, Budget


class StoreCollector(Collector):
    """Reads the gauges of one database."""

    def __init__(self, database: sa.Engine, budget: Budget = DEFAULT) -> None:
        self.database, self.budget = database, budget

    def collect(self) -> Iterator[Metric]:
        """Yield what is due and since when, what waits for a person, calls used, links, what was found, refusals."""
        waiting = GaugeMetricFamily("success_vector_due", "Records due", labels=["stage", "system", "lane"])
        letters = GaugeMetricFamily("success_vector_dead_letters", "Dead letters", labels=["stage", "system"])
        calls = GaugeMetricFamily(
            "success_vector_api_calls", "API calls, as the system counts", labels=["system", "is"]
        )
        refused = CounterMetricFamily(
            "success_vector_refused_notifications", "Notifications refused", labels=["reason"]
        )
        linked = GaugeMetricFamily("success_vector_links", "Linked records", labels=["system", "state"])
        found = GaugeMetricFamily(
            "success_vector_reconciled", "What the last reconcile found", labels=["system", "object", "is"]
        )
        person = GaugeMetricFamily(
            "success_vector_for_a_person", "Records that wait for a person", labels=["system", "is"]
        )
        age = GaugeMetricFamily("success_vector_oldest_due_seconds", "Age of the oldest record that is due")
        with self.database.connect() as conn:
            for (stage, system, lane), count in due.counts(conn).items():
                waiting.add_metric([stage, system, lane], count)
            for (stage, system), count in dead_letters.counts(conn).items():
                letters.add_metric([stage, system], count)
            every = systems.all_systems(conn)
            for known in every:
                calls.add_metric([known.name, "used"], known.calls_used or 0)
                calls.add_metric([known.name, "limit"], known.calls_limit or 0)
                for walk in walks.of(conn, known.name, "reconcile"):
                    for what, count in walk.found.items():
                        found.add_metric([known.name, walk.object, what], count)
            for reason, count in refusals.counts(conn).items():
                refused.add_metric([reason], count)
            for (system, state), count in links.counts(conn).items():
                linked.add_metric([system, state], count)
            for what, counts in _for_a_person(conn).items():
                for known in every:
                    person.add_metric([known.name, what], counts.get(known.name, 0))
            now = datetime.now(UTC)
            oldest = due.oldest(conn, self.budget.everywhere(conn, now))
        age.add_metric([], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        yield from (waiting, letters, calls, refused, linked, found, person, age)


def _for_a_person(conn: sa.Connection) -> dict[str, dict[str, int]]:
    """Return, by what a person is to do, the number of records by system."""
    stopped = Counter[str]()
    for one in braked.stopped(conn):
        stopped[one.system] += one.number
    return {"review": held.counts(conn), "unmatched": unmatched.counts(conn), "braked": dict(stopped)}
