"""What the success vector says of many members on many days, and what is counted of the same facts beside it."""

from __future__ import annotations

import numpy as np

from plugin.domain.cases import Subjects, cases_of
from plugin.domain.columns import Columns
from plugin.domain.course import course_of
from plugin.domain.credit import credit
from plugin.domain.dated import Floats, Ints, total
from plugin.domain.success_vector import measure, past_due

BATCH = 200_000
"""Subjects that are measured at once."""


def vector_columns(columns: Columns, member: Ints, day: Ints) -> dict[str, Floats]:
    """Return pace, direction, score, progress and minus the open milestones past due of each member on its day."""
    parts = [
        _measured(columns, Subjects(member[first : first + BATCH], day[first : first + BATCH]))
        for first in range(0, len(member), BATCH)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def _measured(columns: Columns, subjects: Subjects) -> dict[str, Floats]:
    cases = cases_of(columns, subjects)
    course = course_of(cases, measure(cases))
    late = (past_due(cases) > 0) & (credit(columns, cases.milestone, cases.milestone_t) < 1)
    overdue = total(cases.subject, cases.over_milestones(late), len(subjects.t))
    return {
        "pace": course.pace,
        "direction": course.direction,
        "score": course.score,
        "progress": course.progress,
        "overdue_count": -overdue,
    }
