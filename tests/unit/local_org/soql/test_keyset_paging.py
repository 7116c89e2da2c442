"""The connector's paging by (SystemModstamp, Id)."""

from __future__ import annotations

from typing import Any

import pytest
from soql_rows import ACCOUNTS, NOW, ROWS, SCHEMA, ZONE

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.compile import compile
from connectors.salesforce.local_org.soql.keyset import implied_bound, implied_row
from connectors.salesforce.local_org.soql.parse import parse

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


@pytest.mark.parametrize(
    ("either", "implied"),
    [
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (systemmodstamp = 2026-01-01T00:00:00Z AND Id > 'x')", ">="),
        ("(SystemModstamp = 2026-01-01T00:00:00Z AND Id < 'x') OR SystemModstamp < 2026-01-01T00:00:00Z", "<="),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (SystemModstamp = 2026-01-02T00:00:00Z AND Id > 'x')", None),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR SystemModstamp < 2026-01-01T00:00:00Z", None),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR Name = 'x'", None),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR Account.SystemModstamp = 2026-01-01T00:00:00Z", None),
    ],
)
def test_a_keyset_condition_implies_a_bound_that_an_index_can_answer(either: str, implied: str | None) -> None:
    where = parse(f"SELECT Id FROM Contact WHERE {either}").where
    assert isinstance(where, ast.Or)
    bound = implied_bound(where)
    assert (bound and bound.operator) == implied


def test_a_page_is_read_from_the_index_of_stamps(org: Any) -> None:
    query = NEXT.format(stamp="2026-01-01T00:00:00Z", id=ACCOUNTS[0], limit=2000)
    compiled = compile(
        parse(query), SCHEMA, include_deleted=True, now=NOW, time_zone=ZONE, can_read=lambda _object, _field: True
    )
    with org.conn.transaction():
        org.conn.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(line for (line,) in org.conn.execute("EXPLAIN " + compiled.sql, compiled.params))
    assert "account_systemmodstamp_id_idx" in plan
    assert "Index Cond: (ROW(systemmodstamp, id) > ROW(" in plan


@pytest.mark.parametrize(
    ("either", "together"),
    [
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (systemmodstamp = 2026-01-01T00:00:00Z AND Id > 'x')", True),
        ("(Id < 'x' AND SystemModstamp = 2026-01-01T00:00:00Z) OR SystemModstamp < 2026-01-01T00:00:00Z", True),
        ("SystemModstamp >= 2026-01-01T00:00:00Z OR (SystemModstamp = 2026-01-01T00:00:00Z AND Id >= 'x')", False),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (SystemModstamp = 2026-01-01T00:00:00Z AND Id < 'x')", False),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (SystemModstamp = 2026-01-02T00:00:00Z AND Id > 'x')", False),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (CreatedDate = 2026-01-01T00:00:00Z AND Id > 'x')", False),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (SystemModstamp = 2026-01-01T00:00:00Z AND Id > null)", False),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR (Id > 'x' AND Id > 'y')", False),
        ("SystemModstamp > 2026-01-01T00:00:00Z OR Id > 'x' OR Id > 'y'", False),
    ],
)
def test_a_keyset_condition_is_a_comparison_of_pairs_only_where_it_says_the_same(either: str, together: bool) -> None:
    where = parse(f"SELECT Id FROM Contact WHERE {either}").where
    assert isinstance(where, ast.Or)
    assert (implied_row(where) is not None) is together


def test_pages_downwards_follow_each_other_without_gap_or_repetition(org: Any) -> None:
    query = (
        "SELECT Id, SystemModstamp FROM Account WHERE SystemModstamp < {stamp} OR (SystemModstamp = {stamp} AND"
        " Id < '{id}') ORDER BY SystemModstamp DESC, Id DESC LIMIT 2"
    )
    seen: list[str] = []
    stamp, last = "2999-01-01T00:00:00Z", "zzzzzzzzzzzzzzz"
    while page := org.ask(query.format(stamp=stamp, id=last), include_deleted=True)["records"]:
        seen += [record["Id"] for record in page]
        stamp, last = page[-1]["SystemModstamp"].replace("+0000", "Z"), page[-1]["Id"]
    rows = sorted(ROWS["Account"], key=lambda row: (row["SystemModstamp"], row["Id"]), reverse=True)
    assert seen == [row["Id"] for row in rows]
