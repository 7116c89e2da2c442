"""How good probabilities are: Brier skill, calibration slope, mean and reliability curve, each with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logit  # type: ignore[import-untyped]
from sklearn.calibration import calibration_curve  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import brier_score_loss  # type: ignore[import-untyped]

from plugin.domain.calibration_auc import Interval, interval, lower_bound, member_draws
from plugin.domain.dated import Floats, Ints

BINS = 10
SURE = 1e-6
"""Probabilities are kept this far from 0 and 1 before their odds are taken."""
UNPENALISED = 1e9
"""Inverse strength of a penalty so weak that it decides nothing."""


@dataclass(frozen=True)
class Checked:
    """Probabilities against what came. Brier skill is 1 less the Brier score over that of the base rate.

    `skill_bound` is its one-sided 95% lower bound. `slope` is that of what came on the predicted log-odds, 1 when
    calibrated. `bias` is the mean prediction less the mean label, in standard errors. `curve` has the mean prediction
    and the share that came, by tenths of the rows.
    """

    brier: float
    brier_skill: Interval
    skill_bound: float
    slope: Interval
    mean_predicted: float
    mean_label: float
    bias: float
    curve: tuple[tuple[float, float], ...]


def check(predicted: Floats, base: Floats, label: Floats, member: Ints, seed: int, draws: int) -> Checked:
    """Hold probabilities against labels, of which there are both kinds; `base` are the base rates in their place."""
    slope_of = _Slope(predicted, label)
    loss, base_loss, miss = (predicted - label) ** 2, (base - label) ** 2, predicted - label
    skills: list[Floats] = []
    misses: list[Floats] = []
    slopes: list[float] = []
    for weights in member_draws(member, seed, draws):
        skills.append(1 - (weights @ loss) / (weights @ base_loss))
        misses.append((weights @ miss) / weights.sum(axis=1))
        slopes.extend(map(slope_of, weights))
    skill_draws, error = np.concatenate(skills), float(np.std(np.concatenate(misses)))
    brier, base_brier = (float(brier_score_loss(label, told)) for told in (predicted, base))
    came, told = calibration_curve(label, predicted, n_bins=BINS, strategy="quantile")
    return Checked(
        brier=brier,
        brier_skill=interval(1 - brier / base_brier, skill_draws),
        skill_bound=lower_bound(skill_draws),
        slope=interval(slope_of(np.ones(len(label))), np.array(slopes)),
        mean_predicted=float(predicted.mean()),
        mean_label=float(label.mean()),
        bias=float(miss.mean()) / error if error else 0.0,
        curve=tuple(zip(told.tolist(), came.tolist(), strict=True)),
    )


class _Slope:
    """The calibration slope of draws. Rows with one label and the same odds to a hundredth are fitted as one."""

    def __init__(self, predicted: Floats, label: Floats) -> None:
        odds = np.round(logit(np.clip(predicted, SURE, 1 - SURE)), 2)
        alike, self._place = np.unique(np.column_stack([odds, label]), axis=0, return_inverse=True)
        self._odds, self._label = alike[:, :1], alike[:, 1]

    def __call__(self, weights: Floats) -> float:
        """Return the slope with each row counted `weights` times; NaN where everybody ends alike."""
        counts = np.bincount(self._place.reshape(-1), weights, minlength=len(self._label))
        drawn = counts > 0
        if np.ptp(self._label[drawn]) == 0:
            return float("nan")
        model = LogisticRegression(C=UNPENALISED, solver="newton-cholesky", max_iter=200)
        model.fit(self._odds[drawn], self._label[drawn], sample_weight=counts[drawn])
        return float(model.coef_[0, 0])
