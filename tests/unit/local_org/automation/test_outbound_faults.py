"""Outbound messages that come twice, late and in another order, as Salesforce's may."""

from __future__ import annotations

from datetime import timedelta

from connectors.salesforce.local_org.faulty.plan import FaultPlan, read_short
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.test_outbound import notified
from tests.unit.local_org.automation.zips import start


def records(bench: Bench) -> list[list[str]]:
    return [[record for _, record in notified(body)] for body in bench.endpoint.bodies]


def test_an_acknowledged_message_comes_once_more(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    bench.mishaps.follow(FaultPlan(rules=(read_short(":duplicate:1"),)))
    account = bench.create("Account", Name="A")
    bench.automation.settle()
    assert records(bench) == [[account], [account]]
    assert bench.endpoint.bodies[0] == bench.endpoint.bodies[1]
    assert bench.messages() == 0
    assert bench.mishaps.draws.told()["injected"] == {"duplicate": 1}


def test_messages_are_overtaken_by_later_ones_and_none_is_lost(bench: Bench) -> None:
    bench.with_flow(start("Create"))
    bench.mishaps.follow(FaultPlan(rules=(read_short(":reorder:1:10"),)))
    early = [bench.create("Account", Name=name) for name in ("A", "B")]
    assert bench.automation.settle() is not None
    assert records(bench) == []

    bench.mishaps.switch(FaultPlan(rules=(read_short(":reorder:0:10"),)))
    late = bench.create("Account", Name="C")
    bench.automation.settle()
    assert records(bench) == [[late]]

    bench.clock.now += timedelta(seconds=11)
    bench.automation.settle()
    assert records(bench) == [[late], early[::-1]]
    assert bench.messages() == 0
    assert bench.automation.sender.counts.failed == 0
