"""Salesforce for the contract suite: the local org, an administrator's session, and the org's own back door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from connectors.base import Scalar
from connectors.salesforce.auth import JwtBearer
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.local_org import deletes, dml
from connectors.salesforce.local_org.faults import Fault
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg

SEEN_BY_ALL = {"fls": False}
FIELDS = (
    FieldDef("Key__c", "Key", "Text", custom=True, length=36, unique=True, external_id=True, extra=dict(SEEN_BY_ALL)),
    FieldDef(
        "Tier__c",
        "Tier",
        "Picklist",
        custom=True,
        restricted=True,
        picklist=["Gold", "Silver"],
        extra=dict(SEEN_BY_ALL),
    ),
)
COMPOSITE = r"/composite$"


class SalesforceWorld:
    object = "Account"
    text = "Name"
    key = "Key__c"
    choice = "Tier__c"
    good_choice = "Gold"
    bad_choice = "Lead"

    def __init__(self, server: LocalOrg) -> None:
        self.server = server
        self._ahead = timedelta()
        server.org.clock = self._now
        credentials = JwtBearer(server.client_id, server.admin_username, server.private_key)
        self.connector = SalesforceConnector(SalesforceConfig(server.url, credentials), sleep=lambda _: None)

    def _now(self) -> datetime:
        return (datetime.now(UTC) + self._ahead).replace(microsecond=0)

    def later(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)

    def add(self, rows: Sequence[Mapping[str, Scalar]]) -> list[str]:
        with self.server.org.work() as work:
            results = dml.create(work, self.object, rows, all_or_none=True)
        return [result.id or str(result.error) for result in results]

    def edit(self, record_id: str, values: Mapping[str, Scalar]) -> None:
        with self.server.org.work() as work:
            dml.update(work, self.object, [(record_id, values)], all_or_none=True)

    def delete(self, record_id: str) -> None:
        with self.server.org.work() as work:
            deletes.delete(work, [record_id], all_or_none=True)

    def merge(self, loser: str, winner: str) -> None:
        self.delete(loser)
        with self.server.org.work() as work:
            work.conn.execute("UPDATE org.account SET masterrecordid = %s WHERE id = %s", (winner, loser))

    def nobodys_id(self) -> str:
        (record_id,) = self.add([{"Name": "Soon forgotten"}])
        with self.server.org.work() as work:
            work.conn.execute("DELETE FROM org.account WHERE id = %s", (record_id,))
        return record_id

    def end_sessions(self) -> None:
        self.server.sessions.end_all()

    def use_up_calls(self) -> None:
        self.server.faults.force(Fault(status=403, code="REQUEST_LIMIT_EXCEEDED", path="/services/data"))

    def cut(self, when: str) -> None:
        self.server.faults.force(Fault(method="POST", path=COMPOSITE, cut="after" if when == "after" else "before"))

    def lock_up(self, times: int) -> None:
        self.server.faults.force(Fault(times=times, status=400, code="UNABLE_TO_LOCK_ROW", path="/services/data"))


@contextmanager
def salesforce(database_url: str) -> Iterator[SalesforceWorld]:
    """A local org with the suite's fields."""
    server = LocalOrg(database_url)
    server.start()
    try:
        with server.org.change_schema() as change:
            for field in FIELDS:
                change.put_field("Account", field)
        yield SalesforceWorld(server)
    finally:
        server.stop()
