from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from scripted_salesforce import Reply, ScriptedSalesforce

from connectors.salesforce.auth import ClientCredentials
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.limits import LOOK_AGAIN
from plugin.errors import LimitReached


class Clock:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(org: ScriptedSalesforce, clock: Clock, reserve: float) -> SalesforceClient:
    return SalesforceClient(org.url, ClientCredentials("client", "secret"), clock=clock, reserve=reserve)


def tells(org: ScriptedSalesforce, used: int) -> None:
    org.on("GET", "/limits", Reply({}, headers={"Sforce-Limit-Info": f"api-usage={used}/1000"}))


def test_the_last_calls_are_left_alone_and_the_words_say_whose_setting_that_is(org: ScriptedSalesforce, clock: Clock):
    tells(org, 950)
    careful = client(org, clock, 0.05)
    careful.request("GET", "limits")
    with pytest.raises(LimitReached, match=r"950 of its 1,000.*CALLS_RESERVE_PERCENT.*12:15 UTC") as refused:
        careful.request("GET", "limits")
    assert refused.value.seconds == LOOK_AGAIN.total_seconds()
    assert len(org.calls()) == 1
    assert careful.usage().calls == 1


def test_the_call_before_the_reserve_is_made(org: ScriptedSalesforce, clock: Clock):
    tells(org, 949)
    careful = client(org, clock, 0.05)
    for _ in range(3):
        careful.request("GET", "limits")
    assert len(org.calls()) == 3


def test_after_a_while_one_call_looks_again(org: ScriptedSalesforce, clock: Clock):
    tells(org, 960)
    careful = client(org, clock, 0.05)
    careful.request("GET", "limits")
    clock.now += LOOK_AGAIN - timedelta(seconds=1)
    with pytest.raises(LimitReached):
        careful.request("GET", "limits")
    clock.now += timedelta(seconds=1)
    careful.request("GET", "limits")
    with pytest.raises(LimitReached):
        careful.request("GET", "limits")
    assert len(org.calls()) == 2


def test_without_a_reserve_the_org_itself_says_when_it_is_enough(org: ScriptedSalesforce, clock: Clock):
    tells(org, 1000)
    careless = client(org, clock, 0.0)
    for _ in range(2):
        careless.request("GET", "limits")
    assert len(org.calls()) == 2
