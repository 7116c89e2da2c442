"""Whether a fault happens now: drawn for each rule by the plan's seed and how often it has been asked."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.local_org.faulty.plan import FaultPlan, FaultRule, Kind


@dataclass
class Draws:
    """What has been drawn for one plan. `matched` and `injected` count by the rule's place in the plan; `overtaken`
    holds the ids of notifications that were held back once.
    """

    plan: FaultPlan = field(default_factory=FaultPlan)
    matched: Counter[int] = field(default_factory=Counter)
    injected: Counter[int] = field(default_factory=Counter)
    rows: Counter[int] = field(default_factory=Counter)
    overtaken: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of_call(self, method: str, path: str, kinds: Iterable[Kind]) -> list[tuple[int, FaultRule]]:
        """Return the rules of these kinds that strike this call, with their places, in the plan's order."""
        return [
            (place, rule)
            for place, rule in enumerate(self.plan.rules)
            if rule.kind in kinds and rule.matches(method, path) and self._strikes(place, rule)
        ]

    def of_message(self, kind: Kind) -> FaultRule | None:
        """Return the rule that strikes this outbound message, counted as injected; None when none does."""
        struck = [
            (place, rule)
            for place, rule in enumerate(self.plan.rules)
            if rule.on and rule.kind == kind and self._strikes(place, rule)
        ]
        for place, _ in struck[:1]:
            self.count(place)
        return struck[0][1] if struck else None

    def row(self, place: int) -> bool:
        """Whether the next row of a collection that the rule struck is refused; counted as injected if so."""
        with self.lock:
            self.rows[place] += 1
            refused = self._chance("row", place, self.rows[place]) < self.plan.rules[place].share
            self.injected[place] += refused
        return refused

    def count(self, place: int) -> None:
        """Count a fault that happened."""
        with self.lock:
            self.injected[place] += 1

    def told(self) -> dict[str, Any]:
        """Return the plan, each rule with what it matched and injected, and what was injected by kind."""
        with self.lock:
            rules = [
                {**rule.model_dump(), "matched": self.matched[place], "injected": self.injected[place]}
                for place, rule in enumerate(self.plan.rules)
            ]
        kinds: Counter[str] = Counter()
        for each in rules:
            kinds[each["kind"]] += each["injected"]
        return {"seed": self.plan.seed, "rules": rules, "injected": dict(kinds)}

    def _strikes(self, place: int, rule: FaultRule) -> bool:
        with self.lock:
            self.matched[place] += 1
            return self._chance("call", place, self.matched[place]) < rule.rate

    def _chance(self, of: str, place: int, number: int) -> float:
        """Return a number from 0 to below 1 that depends on nothing but the seed, the rule's place and the number."""
        digest = hashlib.blake2b(f"{self.plan.seed}/{of}/{place}/{number}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64
