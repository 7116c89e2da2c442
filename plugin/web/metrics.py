"""Prometheus metrics, read from the database when they are asked for, so that every process tells the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from plugin.store import due, links, refusals, systems, walks
from plugin.sync.budget import DEFAULT, Budget


class StoreCollector(Collector):
    """Reads the gauges of one database."""

    def __init__(self, database: sa.Engine, budget: Budget = DEFAULT) -> None:
        self.database, self.budget = database, budget

    def collect(self) -> Iterator[Metric]:
        """Yield what is due and since when, dead letters, API calls used, links, what a reconcile found, refusals."""
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
        age = GaugeMetricFamily("success_vector_oldest_due_seconds", "Age of the oldest record that is due")
        with self.database.connect() as conn:
            for (stage, system, lane), count in due.counts(conn).items():
                waiting.add_metric([stage, system, lane], count)
            for (stage, system), count in due.dead_letter_counts(conn).items():
                letters.add_metric([stage, system], count)
            for known in systems.all_systems(conn):
                calls.add_metric([known.name, "used"], known.calls_used or 0)
                calls.add_metric([known.name, "limit"], known.calls_limit or 0)
                for walk in walks.of(conn, known.name, "reconcile"):
                    for what, count in walk.found.items():
                        found.add_metric([known.name, walk.object, what], count)
            for reason, count in refusals.counts(conn).items():
                refused.add_metric([reason], count)
            for (system, state), count in links.counts(conn).items():
                linked.add_metric([system, state], count)
            now = datetime.now(UTC)
            oldest = due.oldest(conn, self.budget.everywhere(conn, now))
        age.add_metric([], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        yield from (waiting, letters, calls, refused, linked, found, age)
