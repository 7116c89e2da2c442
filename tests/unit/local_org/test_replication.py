"""getUpdated, getDeleted and the recycle bin: what changed in a span of time, and for how long that is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.rest import changes
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client
from tests.unit.local_org.test_merges import call

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


class Timed:
    """An org whose time a test moves, and its administrator."""

    def __init__(self, make_org: Callable[..., LocalOrg]) -> None:
        self.now = NOON
        self.org = make_org(clock=lambda: self.now, settings=OrgSettings())

    @property
    def admin(self) -> Client:
        return Client(self.org, self.org.admin_token())

    def told(self, what: str, start: datetime, end: datetime, name: str = "Account") -> Any:
        span = {"start": start.isoformat(), "end": end.isoformat()}
        return self.admin("GET", f"/sobjects/{name}/{what}", params=span).json()

    def deleted(self, **more: Any) -> list[str]:
        told = self.told("deleted", NOON - timedelta(hours=1), self.now + timedelta(hours=1), **more)
        return [each["id"] for each in told["deletedRecords"]]

    def purge(self, *ids: str) -> list[tuple[str, str]]:
        """Success and code of the error, for each record that the bin is emptied of."""
        _, answer = call(self.org, "emptyRecycleBin", "".join(f"<ids>{each}</ids>" for each in ids))
        errors = [each.one("errors") for each in answer.children]
        told = [error.say("statusCode") if error else "" for error in errors]
        return [(each.say("success"), code) for each, code in zip(answer.children, told, strict=True)]


@pytest.fixture
def timed(make_org: Callable[..., LocalOrg]) -> Timed:
    return Timed(make_org)


def test_updated_and_deleted_tell_what_changed_in_a_span(timed: Timed) -> None:
    kept, gone = (timed.admin.create("Account", Name=name) for name in "AB")
    timed.now += timedelta(minutes=5)
    timed.admin("DELETE", f"/sobjects/Account/{gone}")
    span = (NOON - timedelta(minutes=1), timed.now + timedelta(minutes=1))
    assert timed.told("updated", *span)["ids"] == [kept]
    (told,) = timed.told("deleted", *span)["deletedRecords"]
    assert told == {"id": gone, "deletedDate": "2026-03-01T12:05:30.000+0000"}


def test_seconds_are_not_heeded_and_what_is_known_ends_with_the_last_whole_minute(timed: Timed) -> None:
    record = timed.admin.create("Account", Name="A")
    early = timed.told("updated", NOON - timedelta(minutes=5), NOON + timedelta(seconds=20))
    assert early == {"ids": [], "latestDateCovered": "2026-03-01T12:00:00.000+0000"}
    late = timed.told("updated", NOON + timedelta(seconds=25), NOON + timedelta(hours=3))
    assert late == {"ids": [record], "latestDateCovered": "2026-03-01T12:00:00.000+0000"}
    told = timed.told("deleted", NOON - timedelta(days=15), NOON)
    assert told == {
        "deletedRecords": [],
        "earliestDateAvailable": "2026-02-14T12:00:00.000+0000",
        "latestDateCovered": "2026-03-01T12:00:00.000+0000",
    }


@pytest.mark.parametrize(("what", "days"), [("updated", 30), ("deleted", 15)])
def test_a_span_has_its_bounds(timed: Timed, what: str, days: int) -> None:
    wrong = (
        (NOON, NOON),
        (NOON, NOON + timedelta(seconds=29)),
        (NOON, NOON - timedelta(hours=1)),
        (NOON - timedelta(days=days, minutes=1), NOON),
    )
    for start, end in wrong:
        assert timed.told(what, start, end)[0]["errorCode"] == "INVALID_REPLICATION_DATE", (start, end)
    assert "latestDateCovered" in timed.told(what, NOON - timedelta(days=days), NOON)


def test_more_ids_than_can_be_told_at_once_are_refused(timed: Timed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_IDS", 1)
    timed.admin.create("Account", Name="A")
    span = (NOON - timedelta(minutes=1), NOON + timedelta(minutes=1))
    assert len(timed.told("updated", *span)["ids"]) == 1
    timed.admin.create("Account", Name="B")
    assert timed.told("updated", *span)[0]["errorCode"] == "EXCEEDED_ID_LIMIT"


def test_what_is_purged_is_gone_and_still_among_the_deleted_for_fifteen_days(timed: Timed) -> None:
    binned, purged = (timed.admin.create("Account", Name=name) for name in "AB")
    detail = timed.admin.create("Goal__c", Account__c=purged)
    timed.now += timedelta(minutes=1)
    for each in (binned, purged):
        timed.admin("DELETE", f"/sobjects/Account/{each}")
    assert timed.purge(purged) == [("true", "")]
    rows = timed.admin("GET", "/queryAll", params={"q": "SELECT Id FROM Account"}).json()["records"]
    assert [each["Id"] for each in rows] == [binned]
    assert timed.admin.refusal("GET", f"/sobjects/Account/{purged}")[:2] == (404, "NOT_FOUND")
    _, answer = call(timed.org, "undelete", f"<ids>{purged}</ids>")
    assert answer.children[0].say("success") == "false"
    assert timed.deleted() == [binned, purged]
    assert timed.deleted(name="Goal__c") == [detail]
    timed.now += timedelta(days=15)
    later = timed.told("deleted", timed.now - timedelta(days=15), timed.now)
    assert [each["id"] for each in later["deletedRecords"]] == [binned, purged]
    timed.now += timedelta(minutes=2)
    assert timed.told("deleted", timed.now - timedelta(days=15), timed.now)["deletedRecords"] == []


def test_only_what_is_in_the_bin_is_purged(timed: Timed) -> None:
    there = timed.admin.create("Account", Name="A")
    gone = timed.admin.create("Account", Name="B")
    timed.admin("DELETE", f"/sobjects/Account/{gone}")
    missing = ("false", "INVALID_CROSS_REFERENCE_KEY")
    assert timed.purge(there, "nonsense", gone, gone) == [missing, ("false", "MALFORMED_ID"), ("true", ""), missing]
    assert timed.admin.row("Account", there)["Name"] == "A"


def test_a_delete_heeds_no_condition(timed: Timed) -> None:
    record = timed.admin.create("Account", Name="A")
    old = {"If-Unmodified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}
    path = f"/sobjects/Account/{record}"
    assert timed.admin("PATCH", path, {"Phone": "1"}, headers=old).status_code == 412
    assert timed.admin("DELETE", path, headers=old).status_code == 204
