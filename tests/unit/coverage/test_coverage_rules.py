"""Coverage rules: the first that holds decides, a person's word counts, and money is never looked at."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.coverage.load import load
from plugin.domain.appropriate_experience import ATTRIBUTES, lifecycle_stage, profile_of
from plugin.domain.coverage_rules import Coverage, Override, assign
from plugin.domain.entities import CHANNELS, LEVELS
from plugin.errors import Problems, UserError

TODAY = date(2026, 6, 1)
RULES = load()


def rules_in(tmp_path: Path, text: str) -> tuple[Any, ...]:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_the_first_rule_that_holds_decides_and_says_why() -> None:
    member = {"risk": "low", "staff": 40, "preferred_channel": "meeting_1_1", "joined_on": date(2020, 1, 1)}
    found = assign(RULES, profile_of(member, TODAY))
    assert (found.segment, found.rule) == ("Asynchronous", "Staff of its own to do it")
    assert found.why == "rule 'Staff of its own to do it': staff is 40, at least 25"


def test_what_nobody_told_decides_nothing_and_is_named() -> None:
    found = assign(RULES, profile_of({}, TODAY))
    assert (found.segment, found.why) == ("Asynchronous", "rule 'Everybody else': no other rule applies")
    assert set(found.unknown) == set(ATTRIBUTES) - {"lifecycle_stage", "kind"}


def test_members_that_pay_much_or_little_land_where_their_way_there_takes_them() -> None:
    agency = {"industry_experience": 20, "operations_sophistication": "high", "staff": 300}
    workshop = {"industry_experience": 2, "operations_sophistication": "low", "staff": 4}
    assert assign(RULES, profile_of(agency, TODAY)).segment == "Inbound"
    assert assign(RULES, profile_of(workshop, TODAY)).segment == "Synchronous"


def test_a_person_s_decision_is_kept_with_its_reason_and_the_rules_objection() -> None:
    found = assign(RULES, profile_of({"risk": "high"}, TODAY))
    kept = Coverage("1", "Alder", found, Override("Inbound", "they asked to be left alone"))
    assert (kept.segment, kept.disagrees) == ("Inbound", True)
    assert kept.why == (
        "a person decided: they asked to be left alone; the rules say Task Force "
        "(rule 'Critical or at risk': risk is high)"
    )
    agreed = Coverage("1", "Alder", found, Override("task force"))
    assert (agreed.disagrees, agreed.why) == (False, "a person decided: no reason given")


@pytest.mark.parametrize("name", ["dues", "annual_revenue", "AmountPaid", "total_fees"])
def test_a_rule_about_money_is_refused_and_told_why(tmp_path: Path, name: str) -> None:
    with pytest.raises(Problems) as caught:
        rules_in(tmp_path, f'[[rule]]\nname = "Big"\nsegment = "Synchronous"\nwhen = {{ {name} = {{ at_least = 1 }} }}')
    assert f"when.{name}: {name} is about what a member pays. Coverage never looks at money" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("when = { stff = { at_least = 1 } }", 'rule 1 "A": when.stff: there is no such attribute. Use staff'),
        ('when = { risk = "hihg" }', "'hihg' isn't known. Use high"),
        ("when = { risk = [] }", "the list is empty"),
        ("when = { staff = 5 }", "5 is no range"),
        ("when = { staff = { at_least = 5, at_most = 4 } }", "nothing is at least 5 and at most 4"),
        ("when = { staff = { at_least = 1.5 } }", "no whole number"),
        ("when = 3", "3 doesn't fit"),
        ('segmnt = "B"', "segmnt: there is no such key"),
        ('[[rule]]\nname = "B"', "segment: it is missing"),
        ('[[rule]]\nname = "B"\nsegment = "C"', "it takes everybody, and rules come after it"),
    ],
)
def test_a_wrong_rule_is_named_by_its_place(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(Problems) as caught:
        rules_in(tmp_path, f'[[rule]]\nname = "A"\nsegment = "Inbound"\n{line}')
    assert said in str(caught.value)


@pytest.mark.parametrize(("text", "said"), [("rules = 1", "there are no rules"), ("[rule", "isn't TOML")])
def test_a_file_without_rules_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        rules_in(tmp_path, text)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("joined", "paid", "ended", "stage"),
    [
        (TODAY - timedelta(days=89), None, None, "joining"),
        (TODAY - timedelta(days=90), TODAY + timedelta(days=90), None, "renewing"),
        (TODAY - timedelta(days=90), TODAY + timedelta(days=91), None, "established"),
        (TODAY, None, TODAY, "ended"),
        (None, None, None, "established"),
    ],
)
def test_the_lifecycle_stage_follows_from_dates(
    joined: date | None, paid: date | None, ended: date | None, stage: str
) -> None:
    assert lifecycle_stage(joined, paid, ended, TODAY) == stage


days = st.integers(-400, 400).map(lambda count: TODAY + timedelta(days=count))
members = st.fixed_dictionaries(
    {"dues": st.integers(0, 10**6), "revenue": st.integers(0, 10**9), "paid_through": st.none() | days},
    optional={
        "joined_on": days,
        "staff": st.integers(0, 500),
        "industry_experience": st.integers(0, 40),
        "operations_sophistication": st.sampled_from(LEVELS),
        "complexity": st.sampled_from(LEVELS),
        "risk": st.sampled_from(LEVELS),
        "preferred_channel": st.sampled_from(CHANNELS),
    },
)


@settings(max_examples=100)
@given(st.lists(members, max_size=8), st.randoms(use_true_random=False))
def test_permuting_dues_changes_no_segment(rows: list[dict[str, Any]], chance: random.Random) -> None:
    before = [assign(RULES, profile_of(row, TODAY)) for row in rows]
    for money in ("dues", "revenue"):
        shuffled = chance.sample([row[money] for row in rows], len(rows))
        rows = [row | {money: amount} for row, amount in zip(rows, shuffled, strict=True)]
    assert [assign(RULES, profile_of(row, TODAY)) for row in rows] == before
