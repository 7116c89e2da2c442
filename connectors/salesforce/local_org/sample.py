"""Made-up accounts and contacts, for trying an org out: always the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.org import Org
from connectors.salesforce.local_org.work import Work

CHUNK = 5000

PLACES = (
    "Northfield",
    "Lakeside",
    "Riverton",
    "Easton",
    "Harbour",
    "Summit",
    "Valley",
    "Prairie",
    "Coastal",
    "Midland",
)
TRADES = (
    "Dental",
    "Nursing",
    "Surveying",
    "Printing",
    "Forestry",
    "Teaching",
    "Engineering",
    "Baking",
    "Optics",
    "Law",
)
KINDS = ("Group", "Partners", "Institute", "Works", "Practice", "Alliance")
FIRST = ("Ana", "Ben", "Chidi", "Dora", "Emil", "Fatima", "Greta", "Hugo", "Ines", "Jonas")
LAST = ("Abbott", "Brandt", "Cole", "Duarte", "Eriksen", "Faber", "Grant", "Hale", "Ibarra", "Jensen")


def add_sample(org: Org, count: int) -> int:
    """Put `count` accounts with contacts into an org that has no accounts; returns how many accounts it made."""
    chance = Random(7)  # noqa: S311 - invented names, no secret
    with org.work() as work:
        if work.conn.execute("SELECT 1 FROM org.account LIMIT 1").fetchone():
            return 0
        names = [
            f"{chance.choice(PLACES)} {chance.choice(TRADES)} {chance.choice(KINDS)} {n + 1}" for n in range(count)
        ]
        ids = _created(work, "Account", ({"Name": name, "Type": "Customer"} for name in names))
        people = (
            {"FirstName": chance.choice(FIRST), "LastName": chance.choice(LAST), "AccountId": account}
            for account in ids
            for _ in range(chance.randint(1, 3))
        )
        _created(work, "Contact", people)
    return count


def _created(work: Work, name: str, given: Iterator[Row]) -> list[str]:
    """Create records, a few thousand at a time; returns their ids."""
    ids: list[str] = []
    while chunk := list(islice(given, CHUNK)):
        ids += [result.id or "" for result in dml.create(work, name, chunk)]
    return ids
