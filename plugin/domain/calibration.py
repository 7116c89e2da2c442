"""The back-test of one question: whether the vector ranks and predicts better than what is known anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from plugin.domain.calibration_auc import DRAWS, Interval, auc, interval, lower_bound
from plugin.domain.calibration_checks import Checked, check
from plugin.domain.calibration_folds import MODEL, USUAL, USUAL_AND_VECTOR, Predictions, rolling_predictions
from plugin.domain.calibration_rankings import Ranking, auc_draws, rankings
from plugin.domain.calibration_rows import BASE_RATE, BASELINES, Observations
from plugin.domain.calibration_verdict import Evidence, Verdict, verdict_of
from plugin.domain.dated import Bools

SEED = 2013


@dataclass(frozen=True)
class Calibration:
    """What the test folds say of each model, all within template, cohort and day.

    `gain` is the AUC of the vector's model less that of the best baseline, found anew in each draw; `added` what the
    vector adds to recency and count together. Neither is about a measure as it is: those are rankings.
    """

    aucs: Mapping[str, Interval]
    best_baseline: str
    gain: Interval
    gain_bound: float
    added: Interval
    checked: Checked


@dataclass(frozen=True)
class Backtest:
    """One question's answer. `rows` and `good` are counted before any split, `tested` in the test folds.

    `origins` are the days of testing (day numbers). Without both ends in the test folds there is no calibration.
    """

    question: str
    rows: int
    good: int
    tested: int
    origins: tuple[int, ...]
    rankings: tuple[Ranking, ...]
    calibration: Calibration | None
    evidence: Evidence
    verdict: Verdict


def backtest(
    question: str, rows: Observations, seed: int = SEED, draws: int = DRAWS, of: Bools | None = None
) -> Backtest:
    """Return rankings, calibration and verdict for one question. Raises UserError on hindsight.

    Where `of` is given the question is about those rows, and the others are only learned from.
    """
    wanted = np.ones(len(rows), np.bool_) if of is None else of
    predictions, asked = rolling_predictions(rows, wanted), rows.where(wanted)
    tested = predictions.rows
    ends = [np.unique(tested.member[tested.label == end]).size for end in (1, 0)]
    calibration = calibrated(predictions, seed, draws) if min(ends) else None
    evidence = _evidence(ends[0], ends[1], calibration)
    return Backtest(
        question=question,
        rows=len(asked),
        good=int(asked.label.sum()),
        tested=len(tested),
        origins=predictions.origins,
        rankings=rankings(asked, seed, draws) if len(asked) else (),
        calibration=calibration,
        evidence=evidence,
        verdict=verdict_of(evidence),
    )


def calibrated(predictions: Predictions, seed: int, draws: int) -> Calibration:
    """Hold the models' probabilities in the test folds against each other and against what came."""
    rows, by_model = predictions.rows, predictions.by_model
    group = rows.group
    drawn = auc_draws(by_model, rows, group, seed, draws)
    found = {name: auc(rows.label, values, group) for name, values in by_model.items()}
    best = max(BASELINES, key=lambda name: np.nan_to_num(found[name]))
    hardest = np.max([drawn[name] for name in BASELINES], axis=0)
    return Calibration(
        aucs={name: interval(found[name], drawn[name]) for name in by_model},
        best_baseline=best,
        gain=interval(found[MODEL] - found[best], drawn[MODEL] - hardest),
        gain_bound=lower_bound(drawn[MODEL] - hardest),
        added=interval(found[USUAL_AND_VECTOR] - found[USUAL], drawn[USUAL_AND_VECTOR] - drawn[USUAL]),
        checked=check(by_model[MODEL], by_model[BASE_RATE], rows.label, rows.member, seed, draws),
    )


def _evidence(good: int, bad: int, found: Calibration | None) -> Evidence:
    if found is None:
        return Evidence(good, bad)
    checked = found.checked
    return Evidence(
        good=good,
        bad=bad,
        best_baseline=found.best_baseline,
        auc_gain=found.gain_bound,
        brier_skill=checked.skill_bound,
        slope_low=checked.slope.low,
        slope_high=checked.slope.high,
        bias=checked.bias,
    )
