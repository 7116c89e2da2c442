"""Why a vector is what it is: the signed terms of each member, by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from plugin.domain.cases import Cases
from plugin.domain.dated import Floats
from plugin.domain.measured import Terms
from plugin.domain.outcome import MemberFacts
from plugin.domain.vector import Term

MILESTONE_KINDS = ("progress", "reversal", "overdue", "accountability")
CASE_KINDS = ("experience", "condition")


def explanations(members: Sequence[MemberFacts], cases: Cases, terms: Terms, share: Floats) -> list[list[Term]]:
    """Return each subject's non-zero terms, outcome by outcome in listed order, milestones before the rest."""
    subjects = cases.subjects
    outcomes = [outcome for member in members for outcome in member.outcomes]
    milestones = [milestone.id for outcome in outcomes for milestone in outcome.milestones]
    of_milestones = np.stack((terms.progress, -terms.reversal, -terms.overdue, -terms.accountability), axis=1)
    of_cases = -np.stack((terms.experience, terms.condition), axis=1)
    row, kind = np.nonzero(of_milestones)
    case, case_kind = np.nonzero(of_cases)
    in_case = np.concatenate((cases.milestone_case[row], case))
    values = np.concatenate((of_milestones[row, kind], of_cases[case, case_kind])) * share[in_case]
    named = [
        *((milestones[m], MILESTONE_KINDS[k]) for m, k in zip(cases.milestone[row], kind, strict=True)),
        *((None, CASE_KINDS[k]) for k in case_kind),
    ]
    weights: list[float | None] = [
        *(cases.weight[row] * share[cases.milestone_case[row]]).tolist(),
        *[None] * len(case),
    ]
    found: list[list[Term]] = [[] for _ in subjects.t]
    for i in np.argsort(in_case, kind="stable"):
        milestone, name = named[i]
        found[cases.subject[in_case[i]]].append(
            Term(outcomes[cases.outcome[in_case[i]]].id, milestone, name, float(values[i]), weights[i])
        )
    return found
