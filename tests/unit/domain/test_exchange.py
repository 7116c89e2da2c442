"""What the exchange format refuses, and how it says so."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from plugin.domain.exchange import read_members
from plugin.errors import Problems, UserError

GOOD: dict[str, Any] = {
    "id": "M7",
    "outcomes": [
        {
            "id": "o",
            "starts_on": "2026-01-01",
            "due_on": "2026-12-31",
            "milestones": [
                {
                    "id": "m0",
                    "type": "functional",
                    "due_on": "2026-02-01",
                    "weight": 2,
                    "redated": [{"on": "2026-01-20", "due_on": "2026-03-01"}],
                    "metric": {"baseline": 10, "target": 20, "readings": [{"on": "2026-01-15", "value": 12.5}]},
                }
            ],
            "conditions": [{"id": "c", "assessments": [{"on": "2026-02-01", "state": "met"}]}],
            "experience": [{"id": "x", "assessments": []}],
            "accountabilities": [{"id": "a", "milestone": "m0", "party": "together", "due_on": "2026-02-01"}],
            "carried_credit": {"m0": 0.5},
        }
    ],
}
OUTCOME = ("outcomes", 0)
MILESTONE = (*OUTCOME, "milestones", 0)


def changed(path: tuple[Any, ...], value: Any) -> str:
    member = deepcopy(GOOD)
    place: Any = member
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return json.dumps({"members": [member]})


def test_what_is_right_is_read_whole() -> None:
    (member,) = read_members(json.dumps({"members": [GOOD]}))
    (outcome,) = member.outcomes
    assert outcome.milestones[0].metric is not None
    assert outcome.milestones[0].metric.readings[0].value == 12.5
    assert outcome.conditions[0].essential
    assert outcome.carried_credit == {"m0": 0.5}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((*MILESTONE, "metric", "target"), 10, ("milestones[0].metric.target", "10 equals the baseline")),
        ((*MILESTONE, "metric", "target"), True, ("milestones[0].metric.target", "true")),
        ((*MILESTONE, "metric", "baseline"), "ten", ("milestones[0].metric.baseline", '"ten"')),
        ((*MILESTONE, "weight"), 0, ("milestones[0].weight", "0 is not positive")),
        ((*MILESTONE, "weight"), -1.5, ("milestones[0].weight", "-1.5 is not positive")),
        ((*MILESTONE, "weight"), float("nan"), ("milestones[0].weight", "NaN")),
        ((*MILESTONE, "weight"), 10**400, ("milestones[0].weight", "1000")),
        (
            (*MILESTONE, "type"),
            "stategic",
            ("milestones[0].type", '"stategic" is not known', "Did you mean strategic?"),
        ),
        ((*MILESTONE, "type"), "onboarding", ("milestones[0].type", '"onboarding" is not known')),
        ((*MILESTONE, "due_on"), "2026-02-30", ("milestones[0].due_on", '"2026-02-30" is not a date')),
        ((*MILESTONE, "due_on"), None, ("milestones[0].due_on", "null is not a date")),
        ((*MILESTONE, "achieved_on"), 1767225600, ("milestones[0].achieved_on", "1767225600 is not a date")),
        ((*MILESTONE, "redated", 0, "on"), "20260101", ("redated[0].on", '"20260101" is not a date')),
        ((*MILESTONE, "acheived_on"), "2026-02-01", ('"acheived_on" is not a field', "Did you mean achieved_on?")),
        ((*OUTCOME, "starts_on"), "soon", ("outcomes[0].starts_on", '"soon" is not a date')),
        ((*OUTCOME, "starts_on"), "2026-W01-1", ("outcomes[0].starts_on", '"2026-W01-1" is not a date')),
        ((*OUTCOME, "priority"), 0, ("outcomes[0].priority", "0 is not positive")),
        ((*OUTCOME, "milestones"), GOOD["outcomes"][0]["milestones"] * 2, ("milestones", '"m0" stands there twice')),
        ((*OUTCOME, "conditions", 0, "assessments", 0, "state"), "missed", ("assessments[0].state", '"missed"')),
        ((*OUTCOME, "conditions", 0, "essential"), "yes", ("conditions[0].essential", '"yes"')),
        ((*OUTCOME, "accountabilities", 0, "milestone"), "m1", ("accountabilities", '"m1"', "Did you mean m0?")),
        ((*OUTCOME, "accountabilities", 0, "party"), "them", ("accountabilities[0].party", '"them" is not known')),
        ((*OUTCOME, "carried_credit"), {"m0": 1.5}, ("carried_credit.m0", "1.5")),
        ((*OUTCOME, "carried_credit"), {"m9": 1}, ("carried_credit", '"m9"')),
        (("outcomes",), [*GOOD["outcomes"], *GOOD["outcomes"]], ("outcomes", '"o" stands there twice')),
        (("outcomes",), "none", ("outcomes", '"none"')),
    ],
)
def test_what_cannot_be_right_is_refused_by_member_field_and_value(
    path: tuple[Any, ...], value: Any, said: tuple[str, ...]
) -> None:
    with pytest.raises(Problems) as refused:
        read_members(changed(path, value))
    assert len(refused.value.problems) == 1
    for words in ("member M7", *said):
        assert words in str(refused.value)


def test_every_fault_of_the_whole_file_is_named_at_once() -> None:
    second = deepcopy(GOOD)
    second["id"] = "M8"
    second["outcomes"][0]["milestones"][0]["type"] = "wish"
    del second["outcomes"][0]["starts_on"]
    third = {"outcomes": []}
    with pytest.raises(Problems) as refused:
        read_members(json.dumps({"members": [GOOD, second, third]}))
    assert [problem.where for problem in refused.value.problems] == [
        "member M8, outcomes[0].starts_on",
        "member M8, outcomes[0].milestones[0].type",
        "member number 3, id",
    ]


def test_two_members_with_one_id_are_refused() -> None:
    with pytest.raises(Problems, match='the id "M7" stands there twice'):
        read_members(json.dumps({"members": [GOOD, GOOD]}))


@pytest.mark.parametrize("text", ["", "{", '{"members": {}}', "[]", "null", "[" * 100_000])
def test_what_is_not_the_format_is_one_sentence_that_names_the_file(text: str) -> None:
    with pytest.raises(UserError, match=r"^facts\.json (is not JSON|holds no list of members)") as refused:
        read_members(text, "facts.json")
    assert "\n" not in str(refused.value)
