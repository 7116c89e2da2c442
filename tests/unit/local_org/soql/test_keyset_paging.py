"""The connector's paging by (SystemModstamp, Id)."""

from __future__ import annotations

from typing import Any

from soql_rows import ACCOUNTS, ROWS

NEXT = (
    "SELECT Id, SystemModstamp FROM Account"
    " WHERE (SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{id}'))"
    " AND Is_Member__c = true ORDER BY SystemModstamp, Id LIMIT {limit}"
)


def test_pages_follow_each_other_without_gap_or_repetition(org: Any) -> None:
    for limit in (1, 2, 3):
        seen: list[str] = []
        stamp, last = "2000-01-01T00:00:00Z", "000000000000000"
        while page := org.ask(NEXT.format(stamp=stamp, id=last, limit=limit), include_deleted=True)["records"]:
            seen += [record["Id"] for record in page]
            stamp, last = page[-1]["SystemModstamp"].replace("+0000", "Z"), page[-1]["Id"]
        expected = [row for row in ROWS["Account"] if row.get("Is_Member__c")]
        assert seen == [row["Id"] for row in sorted(expected, key=lambda row: (row["SystemModstamp"], row["Id"]))]


def test_a_page_names_the_record_and_its_url(org: Any) -> None:
    answer = org.ask(NEXT.format(stamp="2026-03-01T00:00:00.000Z", id=ACCOUNTS[4], limit=2000))
    assert answer == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": {"type": "Account", "url": f"/services/data/v66.0/sobjects/Account/{ACCOUNTS[6]}"},
                "Id": ACCOUNTS[6],
                "SystemModstamp": "2026-04-01T00:00:00.000+0000",
            }
        ],
    }
