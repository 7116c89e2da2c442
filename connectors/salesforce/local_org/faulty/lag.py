"""Which queries a lagging replica answers: calls of their own, and those that are a part of another call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from connectors.salesforce.local_org.faulty.draws import Draws
from connectors.salesforce.local_org.faulty.replica import lagging


@contextmanager
def lag_of(draws: Draws, method: str, path: str) -> Iterator[None]:
    """Have what is inside answered as of so long ago as the plan's rules of that kind draw for the request."""
    with ExitStack() as stack:
        for place, rule in draws.of_call(method, path, ("lag",)):
            draws.count(place)
            stack.enter_context(lagging(rule.seconds))
        yield
