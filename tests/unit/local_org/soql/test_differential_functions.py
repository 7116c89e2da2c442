"""Generated functions, date literals, joins, orders and groups against a plain Python evaluation of the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from soql_rows import NOW, ROWS, ZONE

LIVE = [row for row in ROWS["Account"] if not row["IsDeleted"]]
CONTACTS = [row for row in ROWS["Contact"] if not row.get("IsDeleted")]
OWNERS = {row["Id"]: row for row in ROWS["User"]}
HERE = ZoneInfo(ZONE)
TODAY = NOW.astimezone(HERE).date()
TRIES = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
PARTS: dict[str, Callable[[Any], int]] = {
    "CALENDAR_YEAR": lambda day: int(day.year),
    "CALENDAR_QUARTER": lambda day: int((day.month - 1) // 3 + 1),
    "CALENDAR_MONTH": lambda day: int(day.month),
    "DAY_IN_MONTH": lambda day: int(day.day),
    "DAY_IN_WEEK": lambda day: int(day.isoweekday() % 7 + 1),
    "DAY_IN_YEAR": lambda day: int(day.timetuple().tm_yday),
    "WEEK_IN_MONTH": lambda day: int((day.day - 1) // 7 + 1),
    "WEEK_IN_YEAR": lambda day: int((day.timetuple().tm_yday - 1) // 7 + 1),
    "FISCAL_QUARTER": lambda day: int((day.month - 1) // 3 + 1),
}
MOMENTS = PARTS | {"HOUR_IN_DAY": lambda moment: int(moment.hour)}


def found(condition: str, org: Any) -> list[str]:
    return list(org.names(f"SELECT Id FROM Account WHERE {condition}", "Id"))


@TRIES
@given(
    part=st.sampled_from(sorted(MOMENTS)),
    zoned=st.booleans(),
    operator=st.sampled_from(sorted(ORDER)),
    of=st.sampled_from(LIVE),
    off=st.integers(-1, 1),
)
def test_a_part_of_a_moment_is_what_python_says(
    org: Any, part: str, zoned: bool, operator: str, of: dict[str, Any], off: int
) -> None:
    def value(row: dict[str, Any]) -> int:
        return MOMENTS[part](row["CreatedDate"].astimezone(HERE if zoned else UTC))

    wanted = value(of) + off
    argument = "convertTimezone(CreatedDate)" if zoned else "CreatedDate"
    assert found(f"{part}({argument}) {operator} {wanted}", org) == [
        row["Id"] for row in LIVE if ORDER[operator](value(row), wanted)
    ]


@TRIES
@given(part=st.sampled_from(sorted(PARTS)), operator=st.sampled_from(["=", "<", ">="]), wanted=st.integers(1, 366))
def test_a_part_of_a_day_is_what_python_says_and_null_has_none(org: Any, part: str, operator: str, wanted: int) -> None:
    days = {row["Id"]: row.get("Member_Since__c") for row in LIVE}
    assert found(f"{part}(Member_Since__c) {operator} {wanted}", org) == [
        key for key, day in days.items() if day is not None and ORDER[operator](PARTS[part](day), wanted)
    ]


def _span(literal: str, number: int) -> tuple[date, date]:
    """First day and the day after the last, worked out apart from the org's own calendar."""
    month = TODAY.replace(day=1)
    days = timedelta(days=number)
    return {
        "TODAY": (TODAY, TODAY + timedelta(1)),
        "YESTERDAY": (TODAY - timedelta(1), TODAY),
        "LAST_N_DAYS": (TODAY - days, TODAY + timedelta(1)),
        "NEXT_N_DAYS": (TODAY + timedelta(1), TODAY + days + timedelta(1)),
        "N_DAYS_AGO": (TODAY - days, TODAY - days + timedelta(1)),
        "THIS_MONTH": (month, (month + timedelta(32)).replace(day=1)),
        "LAST_MONTH": ((month - timedelta(1)).replace(day=1), month),
        "THIS_YEAR": (date(TODAY.year, 1, 1), date(TODAY.year + 1, 1, 1)),
        "LAST_YEAR": (date(TODAY.year - 1, 1, 1), date(TODAY.year, 1, 1)),
    }[literal]


SPANS = ("TODAY", "YESTERDAY", "LAST_N_DAYS", "NEXT_N_DAYS", "N_DAYS_AGO", "THIS_MONTH", "LAST_MONTH", "THIS_YEAR",
         "LAST_YEAR")  # fmt: skip


@TRIES
@given(
    literal=st.sampled_from(SPANS),
    number=st.integers(1, 200),
    operator=st.sampled_from(sorted(ORDER)),
    name=st.sampled_from(["Member_Since__c", "CreatedDate"]),
)
def test_a_date_literal_holds_for_what_python_finds(
    org: Any, literal: str, number: int, operator: str, name: str
) -> None:
    first, following = _span(literal, number)

    def holds(row: dict[str, Any]) -> bool:
        value = row.get(name)
        if value is None:
            return operator == "!="
        day = value.astimezone(HERE).date() if isinstance(value, datetime) else value
        within = first <= day < following
        return {
            "=": within, "!=": not within, "<": day < first, "<=": day < following, ">": day >= following,
            ">=": day >= first,
        }[operator]  # fmt: skip

    written = f"{literal}:{number}" if "N_DAYS" in literal else literal
    assert found(f"{name} {operator} {written}", org) == [row["Id"] for row in LIVE if holds(row)]


TOPICS = ["Advocacy", "Events", "Learning", "Advocacy;Events", "events;learning", "Nothing"]


@TRIES
@given(chosen=st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3), negated=st.booleans())
def test_includes_and_excludes_find_what_python_finds(org: Any, chosen: list[str], negated: bool) -> None:
    def holds(row: dict[str, Any]) -> bool:
        has = {each.lower() for each in (row.get("Topics__c") or "").split(";")}
        return any(set(each.lower().split(";")) <= has for each in chosen) is not negated

    listed = ", ".join(f"'{each}'" for each in chosen)
    text = f"Topics__c {'EXCLUDES' if negated else 'INCLUDES'} ({listed})"
    assert found(text, org) == [row["Id"] for row in LIVE if holds(row)]


LAST_NAMES = ["Contact A", "contact b", "Contact C", "Contact D", "Contact E", "Nobody"]


@TRIES
@given(names=st.lists(st.sampled_from(LAST_NAMES), min_size=1, max_size=4), among=st.booleans(), joined=st.booleans())
def test_semi_and_anti_joins_find_what_python_finds(org: Any, names: list[str], among: bool, joined: bool) -> None:
    wanted = {name.lower() for name in names}
    accounts = {row.get("AccountId") for row in CONTACTS if (row["LastName"].lower() in wanted) is among}
    listed = ", ".join(f"'{name}'" for name in names)
    inner = f"SELECT AccountId FROM Contact WHERE LastName {'' if among else 'NOT '}IN ({listed})"
    text = f"Id {'' if joined else 'NOT '}IN ({inner})"
    assert found(text, org) == [row["Id"] for row in LIVE if (row["Id"] in accounts) is joined]


PICKLIST = ["Retail", "Energy", "Banking", "Unlisted"]
"""In the order of its values as they are defined, as Salesforce sorts picklists; one that isn't defined comes last."""

SORTED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "Name": lambda row: row["Name"].upper(),
    "Industry": lambda row: PICKLIST.index(row["Industry"]) if row.get("Industry") else None,
    "NumberOfEmployees": lambda row: row.get("NumberOfEmployees"),
    "Member_Since__c": lambda row: row.get("Member_Since__c"),
    "CreatedDate": lambda row: row["CreatedDate"],
    "Owner.Name": lambda row: OWNERS[row["OwnerId"]]["Name"].upper(),
    "CALENDAR_YEAR(CreatedDate)": lambda row: row["CreatedDate"].year,
}


@TRIES
@given(
    by=st.lists(st.sampled_from(sorted(SORTED)), min_size=1, max_size=3, unique=True),
    down=st.lists(st.booleans(), min_size=3, max_size=3),
    nulls=st.lists(st.sampled_from(["", "FIRST", "LAST"]), min_size=3, max_size=3),
    limit=st.integers(0, 7),
    offset=st.integers(0, 6),
)
def test_an_order_with_its_nulls_and_its_part_is_pythons(
    org: Any, by: list[str], down: list[bool], nulls: list[str], limit: int, offset: int
) -> None:
    rows, parts = list(LIVE), []
    for name, descending, placed in reversed(list(zip(by, down, nulls, strict=False))):
        value = SORTED[name]
        empty = [row for row in rows if value(row) is None]
        full = sorted((row for row in rows if value(row) is not None), key=value, reverse=descending)
        rows = full + empty if placed == "LAST" else empty + full
        parts.insert(0, f"{name} {'DESC' if descending else 'ASC'}" + (f" NULLS {placed}" if placed else ""))
    text = f"SELECT Id FROM Account ORDER BY {', '.join(parts)} LIMIT {limit} OFFSET {offset}"
    assert org.names(text, "Id") == [row["Id"] for row in rows][offset:][:limit]


GROUPS: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "Industry": ("Industry", lambda row: row.get("Industry")),
    "Is_Member__c": ("Is_Member__c", lambda row: row.get("Is_Member__c", False)),
    "Owner.Name": ("Name", lambda row: OWNERS[row["OwnerId"]]["Name"]),
    "CALENDAR_YEAR(CreatedDate) y": ("y", lambda row: row["CreatedDate"].year),
}


@TRIES
@given(
    by=st.sampled_from(sorted(GROUPS)),
    least=st.integers(0, 4),
    operator=st.sampled_from([">", ">=", "=", "!=", "<"]),
)
def test_groups_sums_and_having_are_pythons(org: Any, by: str, least: int, operator: str) -> None:
    name, value = GROUPS[by]
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in LIVE:
        groups.setdefault(value(row), []).append(row)

    def numbers(rows: list[dict[str, Any]]) -> list[Any]:
        return [row["NumberOfEmployees"] for row in rows if row.get("NumberOfEmployees") is not None]

    expected = {
        key: (
            len(rows), len({row["Industry"].lower() for row in rows if row.get("Industry")}),
            sum(numbers(rows)) if numbers(rows) else None, min(numbers(rows), default=None),
            max((row["Name"] for row in rows), key=str),
        )
        for key, rows in groups.items()
        if ORDER[operator](len(rows), least)
    }  # fmt: skip
    answer = org.ask(
        f"SELECT {by}, COUNT(Id) n, COUNT_DISTINCT(Industry) d, SUM(NumberOfEmployees) s, MIN(NumberOfEmployees) low,"
        f" MAX(Name) top FROM Account GROUP BY {by.removesuffix(' y')} HAVING COUNT(Id) {operator} {least}"
    )["records"]
    assert {each[name]: (each["n"], each["d"], each["s"], each["low"], each["top"]) for each in answer} == expected
