"""Sends what is queued, again and again until it is acknowledged or a day old."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import requests

from connectors.salesforce.local_org import rows
from connectors.salesforce.local_org.calculated import fill
from connectors.salesforce.local_org.faults import Faults
from connectors.salesforce.local_org.metadata.registry import outbound_messages
from connectors.salesforce.local_org.metadata.workflows import OutboundMessage, is_loopback
from connectors.salesforce.local_org.outbound import queue
from connectors.salesforce.local_org.outbound.envelope import envelope, fault_of
from connectors.salesforce.local_org.outbound.queue import Notification
from connectors.salesforce.local_org.permissions import load_access
from connectors.salesforce.local_org.work import Work

if TYPE_CHECKING:
    from connectors.salesforce.local_org.org import Org

MOST_IN_ONE = 100
LIFETIME = timedelta(hours=24)
LONGEST_WAIT = timedelta(hours=2)
TIMEOUT_SECONDS = 60.0
Post = Callable[[str, bytes], tuple[int, bytes]]


@dataclass(frozen=True)
class Counts:
    """What became of notifications since the org was started; `failed` counts attempts, `lost` what grew too old or had
    nowhere to go.
    """

    sent: int = 0
    failed: int = 0
    lost: int = 0
    last_error: str | None = None


@dataclass(frozen=True)
class Sent:
    """A message as it went out."""

    endpoint: str
    body: bytes


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """Send one message and return status and body; proxies of the environment are for other addresses than ours."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            url,
            data=body,
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        return answer.status_code, answer.content


class Sender:
    """The sending side of an org. `retry_seconds` is the wait after a first failure; it doubles up to two hours."""

    def __init__(
        self,
        org: Org,
        *,
        retry_seconds: float = 1.0,
        post: Post = post,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        faults: Faults | None = None,
    ) -> None:
        self._faults = faults or Faults()
        self._org = org
        self._retry = timedelta(seconds=retry_seconds)
        self._post = post
        self._clock = clock
        self.instance_url = "http://127.0.0.1"
        self.held = False
        self.counts = Counts()
        self.last: Sent | None = None

    def send_due(self) -> float | None:
        """Send everything that is due; returns in how many seconds the next is, None when nothing waits."""
        while not self.held and self._send_one():
            pass
        with self._org.work() as work:
            due = None if self.held else queue.next_due(work.conn)
        return None if due is None else max((due - self._clock()).total_seconds(), 0.0)

    def report(self) -> dict[str, Any]:
        """Return what `/__local__/outbound` shows."""
        with self._org.work() as work:
            return {"pending": queue.pending(work.conn), "held": self.held, **asdict(self.counts)}

    def resend(self, times: int) -> list[int]:
        """Send the last message again so many times, unchanged; returns the statuses. Empty when none was sent yet."""
        last = self.last
        return [] if last is None else [self._post(last.endpoint, last.body)[0] for _ in range(times)]

    def _send_one(self) -> bool:
        """Send one message of up to a hundred notifications; False when none is due."""
        with self._org.work() as work:
            due = queue.take(work.conn, self._clock(), MOST_IN_ONE)
            if not due:
                return False
            if self._overtaken(work, due):
                return True
            action, message = outbound_messages(work.conn).get(due[0].message, ("", None))
            records = [] if message is None else _records(work, message, due)
        if message is None or not records:
            self._finish(due, lost=True)
            return True
        ids = {"org": self._org.id, "action": action}
        late = due[0].id in self._faults.draws.overtaken
        sent = Sent(message.endpoint, envelope(message, ids, records[::-1] if late else records, self.instance_url))
        fault = self._attempt(sent)
        if fault is None:
            self.last = sent
            self._finish(due)
            self._faults.draws.overtaken.difference_update(each.id for each in due)
            if self._faults.draws.of_message("duplicate"):
                self._attempt(sent)
        else:
            self._fail(due, fault)
        return True

    def _overtaken(self, work: Work, due: Sequence[Notification]) -> bool:
        """Whether a fault lets others go first: what is due is put off then, once."""
        draws = self._faults.draws
        rule = None if any(each.id in draws.overtaken for each in due) else draws.of_message("reorder")
        if rule is None:
            return False
        draws.overtaken.update(each.id for each in due)
        queue.delay(work.conn, [each.id for each in due], self._clock() + timedelta(seconds=rule.seconds))
        return True

    def _attempt(self, sent: Sent) -> str | None:
        if not is_loopback(sent.endpoint):
            return f"The local org sends to loopback addresses only, not to {sent.endpoint}"
        try:
            return fault_of(*self._post(sent.endpoint, sent.body))
        except requests.RequestException as error:
            return f"The endpoint can't be reached: {type(error).__name__}"

    def _finish(self, done: Sequence[Notification], *, lost: bool = False) -> None:
        with self._org.work() as work:
            queue.drop(work.conn, [each.id for each in done])
        counts = self.counts
        self.counts = (
            replace(counts, lost=counts.lost + len(done)) if lost else replace(counts, sent=counts.sent + len(done))
        )

    def _fail(self, failed: Sequence[Notification], fault: str) -> None:
        now = self._clock()
        old = [each for each in failed if now - each.queued_at >= LIFETIME]
        if old:
            self._finish(old, lost=True)
        self.counts = replace(self.counts, failed=self.counts.failed + len(failed), last_error=fault)
        with self._org.work() as work:
            for attempts in {each.attempts for each in failed}:
                again = [each.id for each in failed if each.attempts == attempts and each not in old]
                wait = min(self._retry * 2 ** min(attempts, 20), LONGEST_WAIT)
                queue.postpone(work.conn, again, now + wait, fault)


def _records(work: Work, message: OutboundMessage, due: Sequence[Notification]) -> list[tuple[str, dict[str, Any]]]:
    """Return the records' latest values, as far as the message's user sees them; what is deleted is left out."""
    definition = work.schema.object(message.object)
    user = work.conn.execute('SELECT id FROM org."user" WHERE lower(username) = %s', (message.user.lower(),)).fetchone()
    if definition is None or user is None:
        return []
    access = load_access(work.conn, user[0])
    found = (definition.field(name) for name in message.fields)
    fields = [field for field in found if field is not None and access.readable(definition, field)]
    known = rows.read(work, definition, [each.record for each in due])
    fill(work, definition, known.values(), fields)
    return [
        (
            each.id,
            {"Id": each.record, **{f.name: known[each.record][f.name.lower()] for f in fields if f.name != "Id"}},
        )
        for each in due
        if each.record in known and not known[each.record]["isdeleted"]
    ]
