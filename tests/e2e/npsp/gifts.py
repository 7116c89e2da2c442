"""NPSP's own data set, read from its dump and loaded as an administrator loads it: collections over REST."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.salesforce.client import SalesforceClient

MOST = 200
YEAR = timedelta(days=365)
Record = dict[str, Any]
Rows = dict[str, Record]
"""What is loaded, by the data set's own ids."""

ACCOUNT = {name: name for name in ("Name", "npe01__SYSTEM_AccountType__c")} | {
    f"Billing{part}": f"Billing{part}" for part in ("Street", "City", "State", "PostalCode", "Country")
}
CONTACT = {name: name for name in ("Salutation", "FirstName", "LastName", "Email", "Phone", "Title")} | {
    "AccountId": "account_id",
    "npsp__Primary_Affiliation__c": "primary_affiliation__c",
}
OPPORTUNITY = {
    "Name": "name",
    "Amount": "amount",
    "StageName": "stage_name",
    "CloseDate": "close_date",
    "npe01__Do_Not_Automatically_Create_Payment__c": "dont_create_payments",
    "AccountId": "account_id",
    "npsp__Primary_Contact__c": "primary_contact__c",
}
PAYMENT = {
    name: name
    for name in (
        "npe01__Payment_Amount__c",
        "npe01__Payment_Date__c",
        "npe01__Scheduled_Date__c",
        "npe01__Paid__c",
        "npe01__Written_Off__c",
    )
} | {"npe01__Opportunity__c": "npe01__opportunity__c"}
NUMBERS, FLAGS = {"Amount", "npe01__Payment_Amount__c"}, {"true": True, "false": False}


class DataSet:
    """The rows of the dump as the API takes them: text, numbers and flags; what is empty is left out.

    It has no dates of membership. They are filled in as NPSP's roll-ups fill them: a gift counts for a year from the
    day on which it closed, and a donor joined with the first.
    """

    def __init__(self, dump: Path) -> None:
        self._database = sqlite3.connect(":memory:")
        with gzip.open(dump, "rt", encoding="utf-8") as opened:
            self._database.executescript(opened.read())
        self.accounts = self._rows("Account", ACCOUNT)
        self.contacts = self._rows("Contact", CONTACT)
        self.opportunities = self._rows("Opportunity", OPPORTUNITY)
        self.payments = self._rows("npe01__OppPayment__c", PAYMENT)
        self._database.close()
        for gift in self.opportunities.values():
            self._roll_up(gift)

    def _rows(self, table: str, columns: Mapping[str, str]) -> Rows:
        listed = ", ".join(f'"{column}"' for column in columns.values())
        rows = self._database.execute(f'SELECT id, {listed} FROM "{table}" ORDER BY id').fetchall()
        return {str(row[0]): dict(_typed(zip(columns, row[1:], strict=True))) for row in rows}

    def _roll_up(self, gift: Record) -> None:
        donor = self.contacts.get(gift.get("npsp__Primary_Contact__c", ""))
        if donor is None:
            return
        closed, until = gift["CloseDate"], str(date.fromisoformat(gift["CloseDate"]) + YEAR)
        gift |= {"npe01__Membership_Start_Date__c": closed, "npe01__Membership_End_Date__c": until}
        joined, ends = "npo02__MembershipJoinDate__c", "npo02__MembershipEndDate__c"
        donor |= {joined: min(donor.get(joined, closed), closed), ends: max(donor.get(ends, until), until)}


def _typed(values: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, Any]]:
    for name, value in values:
        if value:
            yield name, float(value) if name in NUMBERS else FLAGS.get(value, value)


def load(client: SalesforceClient, data: DataSet) -> dict[str, dict[str, str]]:
    """Load everything, parents first; return by object the new ids, by the data set's."""
    accounts = create(client, "Account", data.accounts)
    contacts = create(
        client, "Contact", data.contacts, {"AccountId": accounts, "npsp__Primary_Affiliation__c": accounts}
    )
    parents = {"AccountId": accounts, "npsp__Primary_Contact__c": contacts}
    opportunities = create(client, "Opportunity", data.opportunities, parents)
    payments = create(client, "npe01__OppPayment__c", data.payments, {"npe01__Opportunity__c": opportunities})
    return {
        "Account": accounts,
        "Contact": contacts,
        "Opportunity": opportunities,
        "npe01__OppPayment__c": payments,
    }


def create(
    client: SalesforceClient, object_name: str, rows: Rows, parents: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, str]:
    """Create records by collections, lookups set by `parents`; return their new ids, by the ids of `rows`."""
    linked = [
        {name: (parents or {}).get(name, {}).get(value, value) for name, value in row.items()} for row in rows.values()
    ]
    new: list[str] = []
    for start in range(0, len(linked), MOST):
        records = [{"attributes": {"type": object_name}, **row} for row in linked[start : start + MOST]]
        answers = client.json("POST", "composite/sobjects", json={"allOrNone": True, "records": records})
        refused = [answer["errors"] for answer in answers if not answer["success"]]
        assert not refused, (object_name, refused[:2])
        new += [answer["id"] for answer in answers]
    return dict(zip(rows, new, strict=True))
