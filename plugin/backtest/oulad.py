"""The Open University's learning data (OULAD) as members with dated milestones.

An enrolment in a course (a module's presentation) is a member with a goal: the course. Its assessments are the
milestones, due on their day (an exam without one: when the course ends), achieved with a result of 40 or more on the
day it was handed in. Withdrawing or failing is the bad end. Days count from the start of the course; the data tell the
month only (B: February, J: October), so that its first day stands for it.

Source: Kuzilek, Hlosta, Zdrahal: Open University Learning Analytics dataset, Scientific Data 4 (2017), CC BY 4.0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from plugin.backtest.files import table
from plugin.backtest.vectors import vector_columns
from plugin.domain.calibration_rows import Observations, measures_of, numbered
from plugin.domain.columns import columns_of
from plugin.domain.dated import Floats
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.errors import UserError

DAYS = (60, 90, 120, 150)
"""Days of a course on which everybody still enrolled is looked at."""
PASSED = 40.0
GOOD_ENDS = ("Pass", "Distinction")
STARTS = {"B": 2, "J": 10}
TYPES = {"CMA": "functional", "TMA": "operational", "Exam": "strategic"}
"""Computer-marked is done inside the offering, tutor-marked is what that enables, the exam is the goal."""
STAYED = 1 << 20

Course = tuple[str, str]


@dataclass(frozen=True)
class Result:
    """A result handed in on a day of the course; `score` is None where none was given."""

    assessment: str
    day: int
    score: float | None


@dataclass(frozen=True)
class Enrolment:
    """One student in one course; days count from the course's start, `left` is `STAYED` for those who did not."""

    student: str
    course: Course
    registered: int
    left: int
    ended: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Assessment:
    """An assessment of a course: its kind and the day on which it is due."""

    id: str
    kind: str
    due: int


@dataclass(frozen=True)
class Oulad:
    """Courses with their lengths in days and assessments, and everybody who enrolled."""

    lengths: dict[Course, int]
    assessments: dict[Course, tuple[Assessment, ...]]
    enrolments: tuple[Enrolment, ...]


def read_oulad(folder: Path) -> Oulad:
    """Read the data set's files. Raises UserError if one is missing or holds something else."""
    lengths = {
        _course(row): _number(row, "module_presentation_length")
        for row in table(folder, "courses", ("code_module", "code_presentation", "module_presentation_length"))
    }
    listed: dict[Course, list[Assessment]] = defaultdict(list)
    for row in table(folder, "assessments", ("id_assessment", "assessment_type", "date")):
        if row["assessment_type"] not in TYPES:
            raise UserError(f"OULAD: an assessment is {row['assessment_type']!r}; known are {', '.join(TYPES)}.")
        due = _number(row, "date") if row["date"] else lengths[_course(row)]
        listed[_course(row)].append(Assessment(row["id_assessment"], row["assessment_type"], due))
    assessments = {course: tuple(rows) for course, rows in listed.items()}
    return Oulad(lengths, assessments, tuple(_enrolments(folder, assessments)))


def members_of(data: Oulad, types: Mapping[str, str] = TYPES) -> list[MemberFacts]:
    """Return each enrolment as a member, in order; `types` are the milestones' types by kind of assessment."""
    return [_member(number, one, data, types) for number, one in enumerate(data.enrolments)]


def observations(data: Oulad, day: int, types: Mapping[str, str] = TYPES) -> Observations:
    """Return everybody who is still enrolled on a day of the course, and whether they passed in the end."""
    there = [n for n, one in enumerate(data.enrolments) if one.registered <= day < one.left]
    people = [data.enrolments[n] for n in there]
    as_of = np.array([start_of(one.course).toordinal() + day for one in people], np.int64)
    vector = vector_columns(columns_of(members_of(data, types)), np.array(there, np.int64), as_of)
    template, templates = numbered([one.course[0] for one in people])
    cohort, cohorts = numbered([one.course[1] for one in people])
    ends = [start_of(one.course) + timedelta(days=data.lengths[one.course]) for one in people]
    newest = [max((result.day for result in one.results if result.day <= day), default=0) for one in people]
    return Observations(
        member=numbered([one.student for one in people])[0],
        template=template,
        cohort=cohort,
        as_of=as_of,
        recorded_by=as_of - day + np.maximum(0, np.array(newest, np.int64)),
        answered_by=np.array([end.toordinal() for end in ends], np.int64),
        measures=measures_of(vector | _counted(people, day)),
        label=np.array([one.ended in GOOD_ENDS for one in people], np.float64),
        templates=templates,
        cohorts=cohorts,
    )


def start_of(course: Course) -> date:
    """Return the day taken for the first of a course. Raises UserError for a presentation of no known form."""
    presentation = course[1]
    if len(presentation) != 5 or not presentation[:4].isdigit() or presentation[4] not in STARTS:
        raise UserError(f"The presentation {presentation!r} of {course[0]} is none: write it like 2013B or 2013J.")
    return date(int(presentation[:4]), STARTS[presentation[4]], 1)


def _member(number: int, one: Enrolment, data: Oulad, types: Mapping[str, str]) -> MemberFacts:
    start = start_of(one.course)
    achieved = {
        result.assessment: start + timedelta(days=result.day)
        for result in one.results
        if result.score is not None and result.score >= PASSED
    }
    milestones = tuple(
        Milestone(each.id, types[each.kind], start + timedelta(days=each.due), achieved_on=achieved.get(each.id))
        for each in data.assessments[one.course]
    )
    end = start + timedelta(days=data.lengths[one.course])
    return MemberFacts(str(number), (DesiredOutcome("course", start, end, milestones=milestones),))


def _counted(people: Sequence[Enrolment], day: int) -> dict[str, Floats]:
    """Return what is counted of each: days registered, results handed in, days since the last, their mean."""
    known = [[result for result in one.results if result.day <= day] for one in people]
    last = [max((r.day for r in results), default=one.registered) for one, results in zip(people, known, strict=True)]
    scores = [[result.score for result in results if result.score is not None] for results in known]
    return {
        "tenure": np.array([day - one.registered for one in people], np.float64),
        "engagement_count": np.array([len(results) for results in known], np.float64),
        "recency": np.array(last, np.float64) - day,
        "mean_result": np.array([np.mean(each) if each else 0.0 for each in scores], np.float64),
    }


def _enrolments(folder: Path, assessments: dict[Course, tuple[Assessment, ...]]) -> list[Enrolment]:
    course_of = {each.id: course for course, listed in assessments.items() for each in listed}
    results: dict[tuple[Course, str], list[Result]] = defaultdict(list)
    for row in table(folder, "studentAssessment", ("id_assessment", "id_student", "date_submitted", "score")):
        score = float(row["score"]) if row["score"] not in ("", "?") else None
        course = course_of.get(row["id_assessment"])
        if course is None:
            raise UserError(f"OULAD: assessment {row['id_assessment']!r} has results and is not in assessments.csv.")
        key = (course, row["id_student"])
        results[key].append(Result(row["id_assessment"], _number(row, "date_submitted"), score))
    dates = {
        (_course(row), row["id_student"]): (
            _number(row, "date_registration", 0),
            _number(row, "date_unregistration", STAYED),
        )
        for row in table(folder, "studentRegistration", ("id_student", "date_registration", "date_unregistration"))
    }
    found = []
    for row in table(folder, "studentInfo", ("id_student", "final_result")):
        key = (_course(row), row["id_student"])
        registered, left = dates.get(key, (0, STAYED))
        found.append(Enrolment(key[1], key[0], registered, left, row["final_result"], tuple(results[key])))
    return found


def _course(row: dict[str, str]) -> Course:
    return row["code_module"], row["code_presentation"]


def _number(row: dict[str, str], column: str, otherwise: int | None = None) -> int:
    text = row[column]
    if text in ("", "?") and otherwise is not None:
        return otherwise
    try:
        return int(float(text))
    except ValueError:
        raise UserError(f"OULAD: {column} {text!r} is no whole number of days. Download the data set again.") from None
