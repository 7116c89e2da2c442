"""Calibrated probabilities from rolling origins: each day is told by what had been answered before it, never after.

A row's answer counts from the day on which it stands *whichever it is*: who leaves early is known early, and training
on those alone would teach that everybody leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from plugin.domain.calibration_rows import BASE_RATE, BASELINES, VECTOR, Observations, refuse_hindsight
from plugin.domain.dated import Bools, Floats, Ints

MODEL = "vector"
"""The calibrated model that a claim of skill is about: pace, direction and score together."""
USUAL = "recency and count"
USUAL_AND_VECTOR = "recency, count and vector"
"""Not part of the verdict: what the vector adds to what everybody has anyway."""
LEAST_TRAINING = 30
"""Good and bad ends each that must have been known before a day for it to be tested."""
PRIOR_ROWS = 20.0
"""Rows that the rate of all templates weighs in a template's own."""

FEATURES: Mapping[str, tuple[str, ...]] = {
    MODEL: VECTOR,
    **{name: (name,) for name in BASELINES if name != BASE_RATE},
    USUAL: ("recency", "engagement_count"),
    USUAL_AND_VECTOR: ("recency", "engagement_count", *VECTOR),
}
"""What each model sees, beside the base rate of the template."""


@dataclass(frozen=True)
class Predictions:
    """The rows that could be tested, with each model's probability of the good end; `origins` are the days of testing.

    Rows that had too little before them to learn from are not among them.
    """

    rows: Observations
    by_model: Mapping[str, Floats]
    origins: tuple[int, ...]


def rolling_predictions(rows: Observations, of: Bools) -> Predictions:
    """Return probabilities for the rows `of` interest, for each day from all rows answered before it.

    Raises UserError on hindsight.
    """
    refuse_hindsight(rows)
    tested = np.zeros(len(rows), np.bool_)
    found = {name: np.full(len(rows), np.nan) for name in (BASE_RATE, *FEATURES)}
    origins = []
    for origin in np.unique(rows.as_of[of]).tolist():
        training, test = rows.answered_by < origin, (rows.as_of == origin) & of
        good = rows.label[training].sum()
        if min(good, training.sum() - good) < LEAST_TRAINING:
            continue
        origins.append(origin)
        tested |= test
        for name, values in _fitted(rows, training, test).items():
            found[name][test] = values
    kept = {name: values[tested] for name, values in found.items()}
    return Predictions(rows.where(tested), kept, tuple(origins))


def _fitted(rows: Observations, training: Bools, test: Bools) -> dict[str, Floats]:
    rates = _base_rates(rows, training)
    told = {BASE_RATE: rates[rows.template[test]]}
    odds = np.log(rates / (1 - rates))[rows.template]
    for name, features in FEATURES.items():
        columns = np.column_stack([odds, *(rows.measures[feature] for feature in features)])
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        model.fit(columns[training], rows.label[training])
        told[name] = model.predict_proba(columns[test])[:, 1]
    return told


def _base_rates(rows: Observations, training: Bools) -> Floats:
    """Return each template's share of good ends before the origin, drawn toward that of all templates."""
    size = len(rows.templates)
    template: Ints = rows.template[training]
    label = rows.label[training]
    good, known = np.bincount(template, label, minlength=size), np.bincount(template, minlength=size)
    rates: Floats = (good + PRIOR_ROWS * label.mean()) / (known + PRIOR_ROWS)
    return rates
