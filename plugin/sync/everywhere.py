"""Several systems, each with its own rounds: while one can't answer, the others go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from plugin.sync.rounds import Rounds

log = structlog.get_logger(__name__)


class Everywhere:
    """A worker's runner that gives each job to the system it is for."""

    def __init__(self, rounds: Mapping[str, Rounds]) -> None:
        """`rounds` are what is done for each system, by the system's name."""
        self._rounds = dict(rounds)

    def drain(self, system: str) -> None:
        """Fetch, score and push until nothing is due."""
        if rounds := self._of(system):
            rounds.drain(system)

    def poll(self, system: str) -> None:
        """Read what changed without a notification."""
        if rounds := self._of(system):
            rounds.poll(system)

    def rescore(self, system: str) -> None:
        """Score every member for the day that has begun."""
        if rounds := self._of(system):
            rounds.rescore(system)

    def reconcile(self, system: str) -> None:
        """Hold every record's stamp against its link."""
        if rounds := self._of(system):
            rounds.reconcile(system)

    def backfill(self, system: str) -> None:
        """Go on reading again what somebody asked for."""
        if rounds := self._of(system):
            rounds.backfill(system)

    def wanted(self) -> Sequence[tuple[str, str]]:
        """Return the (task, system) pairs that are due now, of all systems that don't rest."""
        return [pair for rounds in self._rounds.values() for pair in rounds.wanted()]

    def _of(self, system: str) -> Rounds | None:
        """Return the rounds of a system; None for one that was taken out of the settings since."""
        if system not in self._rounds:
            log.warning("a job for a system that is not configured is left out", system=system)
        return self._rounds.get(system)
