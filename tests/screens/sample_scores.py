"""What Success Vector says about the sample's facts, so that the pictures never show a score that can't be.

`python tests/screens/sample_scores.py` writes sample/scores.js anew.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plugin.domain.accountability import Accountability
from plugin.domain.calculated import calculated
from plugin.domain.member import Member
from plugin.domain.milestone import Metric, Milestone, Reading, Redating
from plugin.domain.offer import AdvocacyAsk, ExpansionOffer
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.requirement import Assessment, Condition, ExperienceElement
from plugin.domain.standing import standings

HERE = Path(__file__).parent
MAPPING = HERE.parents[1] / "mappings" / "salesforce.toml"
AS_OF = date(2026, 11, 20)
TREND = ("05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-19")
PARTIES = {
    "Us, behind the scenes": "us_behind_the_scenes",
    "Together": "together",
    "Member, in our offering": "member_inside",
    "Member, on their own": "member_outside",
}
Row = Mapping[str, Any]
Facts = Mapping[str, list[Row]]


def facts() -> dict[str, Facts]:
    """Return the records of each case, by object, as the screens' tests use them."""
    asked = ["node", str(HERE / "sample" / "facts.mjs")]
    found: dict[str, Facts] = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    return found


def scores() -> dict[str, Any]:
    """Return for each case its calculated `fields` by Salesforce's names, and its `trend` until now."""
    return {name: {"fields": _fields(of), "trend": list(_trend(of))} for name, of in facts().items()}


def _fields(found: Facts) -> dict[str, Any]:
    (standing,) = standings([_member(found)], AS_OF)
    values = calculated(standing)
    return {name: _said(values[key], spoken) for key, name, spoken in _names() if key in values}


def _names() -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Yield our name of each field of a member, Salesforce's, and what its values are called there."""
    sources = tomllib.loads(MAPPING.read_text())["source"]
    member = next(source for source in sources if source["entity"] == "member")
    for key, told in member["fields"].items():
        yield (key, told, {}) if isinstance(told, str) else (key, told["field"], told.get("values", {}))


def _said(value: Any, spoken: Mapping[str, str]) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else spoken.get(value, value)


def _trend(found: Facts) -> Iterator[tuple[str, float, float]]:
    member = _member(found)
    for day in (date.fromisoformat(f"2026-{one}") for one in TREND):
        vector = standings([member], day)[0].vector
        if vector.score is not None and vector.score_low is not None:
            yield day.isoformat(), round(vector.score, 1), round(vector.score_low, 1)


def _member(found: Facts) -> Member:
    outcomes = tuple(_outcome(row, found) for row in found["Desired_Outcome__c"])
    return Member("017", "Sample Member 017", outcomes, joined_on=date(2026, 5, 4))


def _outcome(row: Row, found: Facts) -> DesiredOutcome:
    requirements = found["Success_Requirement__c"]
    named = [(one, (one["Id"], _assessed(one, found), one["Description__c"])) for one in requirements]
    return DesiredOutcome(
        row["Id"],
        date.fromisoformat(row["Starts_On__c"]),
        _day(row, "Time_Frame__c"),
        milestones=tuple(_milestone(one, found) for one in found["Success_Milestone__c"]),
        conditions=tuple(Condition(*said, one["Essential__c"]) for one, said in named if one["Kind__c"] == "Condition"),
        experience=tuple(ExperienceElement(*said) for one, said in named if one["Kind__c"] != "Condition"),
        accountabilities=tuple(_accountabilities(found)),
        name=row["Name"],
        confirmed_on=_day(row, "Confirmed_On__c"),
    )


def _milestone(row: Row, found: Facts) -> Milestone:
    due, promised = date.fromisoformat(row["Due__c"]), date.fromisoformat(row["First_Promised_Due__c"])
    offers = {one["Id"]: one for one in found["Expansion_Offer__c"]}
    one = offers.get(row.get("Expansion_Offer__c"))
    offer = ExpansionOffer(one["Id"], one["Name"], one["Kind__c"].lower(), one["Yearly_Value__c"]) if one else None
    return Milestone(
        row["Id"],
        row["Type__c"].lower(),
        promised,
        (Redating(promised, due),) if due != promised else (),
        achieved_on=_day(row, "Achieved_On__c"),
        metric=_metric(row, found),
        name=row["Name"],
        offer=offer,
        ask=AdvocacyAsk(row["Advocacy_Ask__c"], row["Advocacy_Level__c"]) if row.get("Advocacy_Ask__c") else None,
    )


def _metric(row: Row, found: Facts) -> Metric | None:
    if row.get("Metric_Target__c") is None:
        return None
    read = [one for one in found["Success_Reading__c"] if one.get("Success_Milestone__c") == row["Id"]]
    readings = tuple(Reading(date.fromisoformat(one["Read_On__c"]), one["Value__c"]) for one in read)
    return Metric(row["Metric_Baseline__c"], row["Metric_Target__c"], readings)


def _assessed(requirement: Row, found: Facts) -> tuple[Assessment, ...]:
    read = [one for one in found["Success_Reading__c"] if one.get("Success_Requirement__c") == requirement["Id"]]
    return tuple(Assessment(date.fromisoformat(one["Read_On__c"]), one["State__c"].lower()) for one in read)


def _accountabilities(found: Facts) -> Iterator[Accountability]:
    for row in found["Joint_Accountability__c"]:
        milestone = row.get("Success_Milestone__c")
        if row["Agreed_On__c"] and milestone:
            due, done = date.fromisoformat(row["Due__c"]), _day(row, "Done_On__c")
            yield Accountability(row["Id"], milestone, PARTIES[row["Party__c"]], due, done, row["Name"])


def _day(row: Row, field: str) -> date | None:
    value = row.get(field)
    return date.fromisoformat(value) if value else None


def write() -> None:
    """Write sample/scores.js, what the screens' tests and pictures read."""
    said = json.dumps(scores(), indent=4, ensure_ascii=False)
    head = "// What Success Vector says about the facts of cases.js. Written by sample_scores.py.\n\n"
    (HERE / "sample" / "scores.js").write_text(f"{head}export const SCORES = {said};\n")


if __name__ == "__main__":
    write()
