"""The records of one made-up Desired Outcome: requirements, milestones, shared actions, readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from connectors.base import Scalar
from plugin.demo.courses import Course, due_days
from plugin.demo.destinations import OFFERS, US, Destination, Step
from plugin.demo.record import Record, Rows

OFFERED = 0.45
"""The share of members to whose milestone an offer is attached: not every milestone has one."""


@dataclass(frozen=True)
class Goal:
    """One version of a member's Desired Outcome and how it went; `closed` is a day and the reason."""

    key: str
    member: str
    number: str
    destination: Destination
    days: int
    course: Course
    starts_on: date
    confirmed: bool = True
    closed: tuple[date, str] | None = None
    supersedes: str | None = None

    def day(self, number: int) -> str:
        """Return the day after the start as ISO text."""
        return (self.starts_on + timedelta(days=number)).isoformat()


def add_goal(rows: Rows, chance: Random, goal: Goal) -> None:
    """Add all records of a goal."""
    rows["Desired_Outcome__c"].append(_outcome(goal))
    _add_requirements(rows, chance, goal)
    due = due_days(goal.destination, goal.days)
    for place, step in enumerate(goal.destination.steps):
        rows["Success_Milestone__c"].append(_milestone(chance, goal, place, step, due[place]))
        _add_metric_readings(rows, goal, place, step)
    _add_actions(rows, chance, goal, due)


def offer_key(name: str) -> str:
    """Return the key of an expansion offer."""
    return f"offer {[offer[0] for offer in OFFERS].index(name) + 1}"


def _outcome(goal: Goal) -> Record:
    fields: dict[str, Scalar] = {
        "Name": goal.destination.name,
        "Objective__c": goal.destination.objective,
        "Baseline__c": goal.destination.baseline,
        "Starts_On__c": goal.starts_on.isoformat(),
        "Priority__c": 1,
    }
    if goal.course.dated:
        fields["Time_Frame__c"] = goal.day(goal.days)
    if goal.confirmed:
        confirmed = min(goal.course.elapsed, 6)
        fields |= {"Confirmed_On__c": goal.day(confirmed), "Confirmed_By__c": f"Sample Contact {goal.number}"}
    if goal.closed:
        fields |= {"Closed_On__c": goal.closed[0].isoformat(), "Closed_Reason__c": goal.closed[1]}
    references = {"Account__c": goal.member}
    return Record(goal.key, fields, references | ({"Supersedes__c": goal.supersedes} if goal.supersedes else {}))


def _milestone(chance: Random, goal: Goal, place: int, step: Step, due: int) -> Record:
    fields: dict[str, Scalar] = {
        "Name": step.name,
        "Type__c": step.type,
        "First_Promised_Due__c": goal.day(due),
        "Due__c": goal.day(due),
        "Inside_Offering__c": step.type == "Functional",
        "Evidence_Source__c": "Our own records" if step.type == "Functional" else "Told by the member",
    }
    achieved = goal.course.achieved[place]
    if achieved is not None:
        fields["Achieved_On__c"] = goal.day(achieved)
    if goal.course.reversed and goal.course.reversed[0] == place:
        fields["Reversed_On__c"] = goal.day(goal.course.reversed[1])
    if step.metric:
        name, baseline, target = step.metric
        fields |= {"Metric_Name__c": name, "Metric_Baseline__c": baseline, "Metric_Target__c": target}
    if step.ask:
        fields |= {"Advocacy_Ask__c": step.ask, "Advocacy_Level__c": step.level}
    references = {"Desired_Outcome__c": goal.key}
    offered = step.offer and chance.random() < OFFERED
    return Record(
        f"{goal.key} milestone {place + 1}",
        fields,
        references | ({"Expansion_Offer__c": offer_key(step.offer)} if step.offer and offered else {}),
    )


def _add_requirements(rows: Rows, chance: Random, goal: Goal) -> None:
    """Add conditions and experience elements; about two of three have been assessed, all of them when arrived."""
    wanted = [("Condition", text) for text in goal.destination.conditions]
    wanted += [("Appropriate Experience", text) for text in goal.destination.experience]
    everything = all(day is not None for day in goal.course.achieved)
    for number, (kind, text) in enumerate(wanted, 1):
        key = f"{goal.key} requirement {number}"
        fields: dict[str, Scalar] = {"Kind__c": kind, "Description__c": text, "Essential__c": True}
        rows["Success_Requirement__c"].append(Record(key, fields, {"Desired_Outcome__c": goal.key}))
        breached = goal.course.breached and number == len(wanted)
        if breached or everything or chance.random() < 0.65:
            on = max(1, goal.course.elapsed - chance.randint(3, 70))
            state = {"State__c": "Breached" if breached else "Met"}
            _add_reading(rows, goal, on, state, {"Success_Requirement__c": key})


def _add_metric_readings(rows: Rows, goal: Goal, place: int, step: Step) -> None:
    """Add two readings of an achieved milestone's metric: half-way, and at the target."""
    achieved = goal.course.achieved[place]
    if step.metric and achieved is not None:
        _, baseline, target = step.metric
        milestone = {"Success_Milestone__c": f"{goal.key} milestone {place + 1}"}
        _add_reading(rows, goal, max(1, achieved - 40), {"Value__c": (baseline + target) / 2}, milestone)
        _add_reading(rows, goal, achieved, {"Value__c": target}, milestone)


def _add_reading(rows: Rows, goal: Goal, on: int, values: Mapping[str, Scalar], of: Mapping[str, str]) -> None:
    key = f"reading {len(rows['Success_Reading__c']) + 1}"
    fields = {"Read_On__c": goal.day(on), **values}
    rows["Success_Reading__c"].append(Record(key, fields, {"Desired_Outcome__c": goal.key, **of}))


def _add_actions(rows: Rows, chance: Random, goal: Goal, due: list[int]) -> None:
    """Add joint accountabilities: kept where the milestone was reached or is ahead, mostly not where it is late."""
    for number, action in enumerate(goal.destination.actions, 1):
        on, step_due = max(1, due[action.step] - action.before), due[action.step]
        late = goal.course.achieved[action.step] is None and step_due < goal.course.elapsed
        done = on <= goal.course.elapsed and not (late and chance.random() < (0.25 if action.party == US else 0.7))
        fields: dict[str, Scalar] = {
            "Name": action.name,
            "Party__c": action.party,
            "Due__c": goal.day(on),
            "Consequence__c": action.consequence,
        }
        if goal.confirmed:
            fields["Agreed_On__c"] = goal.day(min(goal.course.elapsed, 6))
        if done:
            fields["Done_On__c"] = goal.day(min(goal.course.elapsed, max(1, on + chance.randint(-4, 5))))
        milestone = f"{goal.key} milestone {action.step + 1}"
        references = {"Desired_Outcome__c": goal.key, "Success_Milestone__c": milestone}
        rows["Joint_Accountability__c"].append(Record(f"{goal.key} action {number}", fields, references))
