"""Whether the success vector has predictive skill: skill, descriptive only, or too few to say, and why.

Skill is claimed only when every condition holds on test folds that were never trained on; nothing else is ever called a
prediction.
"""

from __future__ import annotations

from dataclasses import dataclass

SKILL, DESCRIPTIVE, TOO_FEW = "skill", "descriptive only", "too few to say"
ASKED = RENEWAL, GOAL, EXPANSION = ("renewal", "goal", "expansion")
"""What a back-test of the own history asks."""
ENOUGH = 100
"""Members with the good end, and members without it, in the test folds."""
STANDARD_ERRORS = 2.0


@dataclass(frozen=True)
class Evidence:
    """What a verdict rests on: counts in the test folds, one-sided 95% lower bounds, and how calibrated it is.

    `auc_gain` is the lower bound of the AUC difference from `best_baseline`, within template, cohort and day;
    `slope_low` and `slope_high` bound the calibration slope; `bias` is the mean prediction less the mean label, in
    standard errors.
    """

    good: int
    bad: int
    best_baseline: str = ""
    auc_gain: float = float("nan")
    brier_skill: float = float("nan")
    slope_low: float = float("nan")
    slope_high: float = float("nan")
    bias: float = float("nan")


@dataclass(frozen=True)
class Verdict:
    """One of `SKILL`, `DESCRIPTIVE` and `TOO_FEW`, and the reasons as sentences."""

    verdict: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.verdict}: {' '.join(self.reasons)}"


UNTESTED = Verdict(DESCRIPTIVE, ("It was never back-tested.",))


def verdict_of(evidence: Evidence) -> Verdict:
    """Return what may be said on this evidence. A number that could not be computed speaks against skill."""
    if min(evidence.good, evidence.bad) < ENOUGH:
        counts = f"{evidence.good} members with the good end and {evidence.bad} without it could be tested"
        return Verdict(TOO_FEW, (f"{counts}; {ENOUGH} of each are needed.",))
    failed = tuple(words for holds, words in _conditions(evidence) if not holds)
    if failed:
        return Verdict(DESCRIPTIVE, failed)
    baseline = evidence.best_baseline.replace("_", " ")
    ranks = f"It ranks members better than {baseline}, its best baseline."
    return Verdict(SKILL, (ranks, "Its probabilities beat the base rate and are calibrated."))


def _conditions(evidence: Evidence) -> tuple[tuple[bool, str], ...]:
    """Return whether each condition of skill holds, and what is to be said when it doesn't."""
    baseline = evidence.best_baseline.replace("_", " ")
    return (
        (
            evidence.auc_gain > 0,
            f"It does not rank members better than {baseline} alone (lower bound {evidence.auc_gain:+.3f}).",
        ),
        (
            evidence.brier_skill > 0,
            f"Its probabilities don't beat the base rate (lower bound of Brier skill {evidence.brier_skill:+.3f}).",
        ),
        (
            evidence.slope_low <= 1 <= evidence.slope_high,
            f"Its calibration slope is {evidence.slope_low:.2f} to {evidence.slope_high:.2f}, which leaves out 1.",
        ),
        (
            abs(evidence.bias) <= STANDARD_ERRORS,
            f"Its mean prediction is {evidence.bias:+.1f} standard errors off, more than {STANDARD_ERRORS:.0f}.",
        ),
    )
