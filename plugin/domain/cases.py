"""Who is looked at on which day: *subjects*, a member on a day, and their *cases*, an outcome on a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plugin.domain.columns import Columns
from plugin.domain.dated import NEVER, Bools, Floats, Ints, total


@dataclass(frozen=True)
class Subjects:
    """Members (rows, as often as wanted), each on its day `t`."""

    member: Ints
    t: Ints


@dataclass(frozen=True)
class Cases:
    """The scored outcomes of some subjects, with the rows below each, in listed order.

    `milestone` are rows of the columns and belong to the case at `milestone_case`; likewise `requirement`. An
    accountability `action` belongs to the milestone at the place `action_milestone` of `milestone`.
    """

    columns: Columns
    subjects: Subjects
    subject: Ints
    outcome: Ints
    t: Ints
    milestone_case: Ints
    milestone: Ints
    requirement_case: Ints
    requirement: Ints
    action_milestone: Ints
    action: Ints

    @property
    def weight(self) -> Floats:
        """w_i of each milestone."""
        return self.columns.milestones.weight[self.milestone]

    @property
    def milestone_t(self) -> Ints:
        """The day each milestone is looked at."""
        return self.t[self.milestone_case]

    def over_milestones(self, values: Floats | Bools) -> Floats:
        """Sum a value of each milestone per case."""
        return total(self.milestone_case, values, len(self.outcome))

    def over_requirements(self, values: Floats | Bools) -> Floats:
        """Sum a value of each condition and experience element per case."""
        return total(self.requirement_case, values, len(self.outcome))


def cases_of(columns: Columns, subjects: Subjects) -> Cases:
    """Return the cases of each subject: its outcomes that are active, have a time frame and a milestone."""
    facts = columns.outcomes
    subject, outcome = facts.of_member.under(subjects.member)
    t = subjects.t[subject]
    active = (facts.starts[outcome] <= t) & (t < facts.closed[outcome])
    kept = active & (facts.due[outcome] < NEVER) & (facts.milestones.count[outcome] > 0)
    subject, outcome, t = subject[kept], outcome[kept], t[kept]

    milestone_case, milestone = facts.milestones.under(outcome)
    requirement_case, requirement = facts.requirements.under(outcome)
    action_case, action = facts.accountabilities.under(outcome)
    count = facts.milestones.count[outcome]
    shift = np.cumsum(count) - count - facts.milestones.first[outcome]
    return Cases(
        columns,
        subjects,
        subject,
        outcome,
        t,
        milestone_case,
        milestone,
        requirement_case,
        requirement,
        action_milestone=columns.accountabilities.milestone[action] + shift[action_case],
        action=action,
    )
