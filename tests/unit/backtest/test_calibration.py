"""When skill may be claimed, and when not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import AFTER, FIRST_DAY, STEP, shuffled, simulated
from sklearn.metrics import roc_auc_score

from plugin.domain.calibration import backtest
from plugin.domain.calibration_auc import Ranked, auc, member_draws
from plugin.domain.calibration_folds import MODEL, rolling_predictions
from plugin.domain.calibration_rows import Observations
from plugin.domain.calibration_verdict import DESCRIPTIVE, SKILL, TOO_FEW, Evidence, verdict_of
from plugin.errors import UserError

DRAWS = 100
GOOD_EVIDENCE = Evidence(100, 100, "progress", 0.01, 0.02, 0.9, 1.1, 0.5)


def everything(rows: Observations) -> np.ndarray:
    return np.ones(len(rows), np.bool_)


def test_a_planted_signal_is_found_and_may_be_called_skill() -> None:
    found = backtest("renewal", simulated(signal=1.5), draws=DRAWS)
    assert found.verdict.verdict == SKILL, found.verdict
    assert found.calibration is not None
    assert found.calibration.gain_bound > 0.1
    assert found.calibration.checked.slope.low < 1 < found.calibration.checked.slope.high


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_labels_are_descriptive_only(seed: int) -> None:
    found = backtest("renewal", shuffled(simulated(signal=1.5, seed=seed), seed), draws=DRAWS)
    assert found.verdict.verdict == DESCRIPTIVE
    assert "does not rank members better" in str(found.verdict)
    assert found.calibration is not None
    assert abs(found.calibration.aucs[MODEL].value - 0.5) < 0.06


def test_too_few_good_or_bad_ends_are_too_few_to_say_however_strong_the_signal() -> None:
    found = backtest("renewal", simulated(signal=3, members=90), draws=DRAWS)
    assert found.verdict.verdict == TOO_FEW
    assert "100 of each are needed" in str(found.verdict)


def test_a_member_seen_often_is_one_member_and_not_many() -> None:
    rows = simulated(signal=3, members=90, days=7)
    assert rows.label.sum() > 250
    assert backtest("renewal", rows, draws=DRAWS).verdict.verdict == TOO_FEW


def test_nothing_at_all_is_too_few_to_say() -> None:
    nobody = simulated().where(np.zeros(len(simulated()), np.bool_))
    found = backtest("renewal", nobody, draws=DRAWS)
    assert (found.rows, found.tested, found.rankings, found.calibration) == (0, 0, (), None)
    assert found.verdict.verdict == TOO_FEW


def test_a_signal_that_a_baseline_has_too_is_no_skill() -> None:
    rows = simulated(signal=1.5)
    same = replace(rows, measures={**rows.measures, "progress": rows.measures["score"]})
    found = backtest("renewal", same, draws=DRAWS)
    assert found.verdict.verdict == DESCRIPTIVE
    assert "better than progress alone" in str(found.verdict)


def test_what_only_tells_templates_apart_earns_nothing_within_them() -> None:
    rows = simulated()
    easy = rows.template == 0
    label = (np.random.default_rng(5).random(len(rows)) < np.where(easy, 0.8, 0.2)).astype(np.float64)
    found = backtest("goal", replace(rows, label=label, measures={**rows.measures, "score": easy * 1.0}), draws=DRAWS)
    score = {ranking.measure: ranking for ranking in found.rankings}["score"]
    assert score.pooled.value > 0.75
    assert score.within.value == pytest.approx(0.5)
    assert found.verdict.verdict == DESCRIPTIVE


def test_probabilities_that_were_right_once_and_no_longer_are_descriptive_only() -> None:
    rows = simulated(signal=1.5)
    later = rows.as_of > FIRST_DAY + 2 * STEP
    worse = replace(rows, label=np.where(later & (np.arange(len(rows)) % 3 == 0), 0.0, rows.label))
    found = backtest("renewal", worse, draws=DRAWS)
    assert found.verdict.verdict == DESCRIPTIVE
    assert "mean prediction" in str(found.verdict)


def test_a_fact_recorded_after_the_day_is_refused() -> None:
    rows = simulated(signal=1.5)
    recorded = rows.recorded_by.copy()
    recorded[17] += 1
    with pytest.raises(UserError, match=r"1 of 2400 rows .* hindsight") as caught:
        backtest("renewal", replace(rows, recorded_by=recorded), draws=DRAWS)
    assert "1999-09-03 with facts recorded by 1999-09-04" in str(caught.value)


def test_an_answer_that_stood_on_the_day_is_refused() -> None:
    rows = simulated()
    with pytest.raises(UserError, match=r"2400 of 2400 rows .* answer that stood"):
        backtest("renewal", replace(rows, answered_by=rows.as_of), draws=DRAWS)


def test_only_what_was_answered_before_a_day_is_learned_from() -> None:
    rows = simulated(signal=1.5)
    told = rolling_predictions(rows, everything(rows))
    assert told.origins == tuple(FIRST_DAY + STEP * day for day in range(3, 6))
    origin = told.origins[0]
    unknown = rows.answered_by >= origin
    other = replace(rows, label=np.where(unknown, 1 - rows.label, rows.label))
    again = rolling_predictions(other, everything(rows))
    first = told.rows.as_of == origin
    assert np.array_equal(told.by_model[MODEL][first], again.by_model[MODEL][first])
    assert AFTER > STEP


def test_rows_that_are_only_learned_from_are_not_tested() -> None:
    rows = simulated(signal=1.5)
    asked = rows.cohort == 0
    found = backtest("renewal", rows, draws=DRAWS, of=asked)
    assert found.rows == asked.sum()
    assert found.tested == (asked & (rows.as_of >= FIRST_DAY + 3 * STEP)).sum()


def test_the_same_seed_gives_the_same_answer_and_another_seed_another_interval() -> None:
    rows = simulated(signal=1.0, members=150, days=4)
    first = backtest("renewal", rows, draws=DRAWS)
    assert backtest("renewal", rows, draws=DRAWS) == first
    assert backtest("renewal", rows, draws=DRAWS, seed=7) != first


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 5), st.booleans())
def test_the_auc_of_a_draw_is_scikit_learn_s_with_each_row_counted_so_often(seed: int, groups: int, tied: bool) -> None:
    rng = np.random.default_rng(seed)
    size = 60
    label, group = rng.integers(0, 2, size).astype(float), rng.integers(0, groups, size)
    value = rng.integers(0, 4, size).astype(float) if tied else rng.normal(size=size)
    (weights,) = member_draws(np.arange(size) // 2, seed, 3)
    assert weights.sum(axis=1).tolist() == [size] * 3
    for drawn, found in zip(weights, Ranked(label, value, group).auc(weights), strict=True):
        times = drawn.astype(int)
        repeated = [np.repeat(column, times) for column in (label, value, group)]
        assert found == pytest.approx(auc(*repeated), nan_ok=True)


def test_pooled_the_auc_is_scikit_learn_s() -> None:
    rows = simulated(signal=1.0)
    everyone = np.zeros(len(rows), np.int64)
    expected = roc_auc_score(rows.label, rows.measures["score"])
    assert auc(rows.label, rows.measures["score"], everyone) == pytest.approx(expected)


def test_skill_needs_every_condition() -> None:
    assert verdict_of(GOOD_EVIDENCE).verdict == SKILL


@pytest.mark.parametrize(
    ("change", "verdict", "said"),
    [
        ({"good": 99}, TOO_FEW, "99 members with the good end"),
        ({"bad": 99}, TOO_FEW, "99 without it"),
        ({"auc_gain": 0.0}, DESCRIPTIVE, "better than progress alone"),
        ({"brier_skill": -0.01}, DESCRIPTIVE, "base rate"),
        ({"slope_low": 1.01}, DESCRIPTIVE, "slope is 1.01 to 1.10"),
        ({"slope_high": 0.99}, DESCRIPTIVE, "leaves out 1"),
        ({"bias": -2.1}, DESCRIPTIVE, "-2.1 standard errors"),
        ({"auc_gain": float("nan")}, DESCRIPTIVE, "better than"),
        ({"slope_low": float("nan")}, DESCRIPTIVE, "slope"),
        ({"bias": float("nan")}, DESCRIPTIVE, "mean prediction"),
    ],
)
def test_one_missing_condition_is_enough_to_claim_nothing(change: dict[str, float], verdict: str, said: str) -> None:
    found = verdict_of(replace(GOOD_EVIDENCE, **change))
    assert found.verdict == verdict
    assert said in str(found)
