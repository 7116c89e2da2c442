"""The back-test's report in Markdown, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from plugin.backtest.report import Audit, Report
from plugin.domain.calibration import Backtest, Calibration
from plugin.domain.calibration_auc import Interval
from plugin.domain.calibration_folds import MODEL
from plugin.domain.calibration_rankings import Ranking
from plugin.domain.calibration_rows import BASELINES
from plugin.domain.calibration_verdict import ENOUGH
from plugin.domain.shares import percent

READING = (
    "AUC: of all pairs of members, one with the good end and one without, the share that a measure puts in order; 0.5 "
    "is chance. *Within* counts only pairs of one template, cohort and day. In brackets: 95% intervals, bootstrap by "
    "member."
)
RULES = (
    f"Skill is claimed only with at least {ENOUGH} members of each end in the test folds, when the model of pace, "
    "direction and score ranks members better than the best baseline (one-sided 95% lower bound above 0), its Brier "
    "skill's lower bound is above 0, the interval of its calibration slope holds 1, and its mean prediction is within "
    "2 standard errors. Otherwise the vector is descriptive only: it says where members stand, not what will come."
)


def markdown(report: Report, charts: Mapping[str, str] | None = None) -> str:
    """Return the report; `charts` are the files to show, by what they show."""
    lines = [f"# Back-test: {report.title}", "", *_paragraphs(report.about)]
    lines += ["| question | rows | good end | tested | verdict |", "| --- | ---: | ---: | ---: | --- |"]
    lines += [_summary(found) for found in report.backtests]
    lines += ["", *_paragraphs([READING, RULES])]
    for title, file in (charts or {}).items():
        lines += [f"![{title}]({file})", ""]
    for found in report.backtests:
        lines += [*_question(found), *_audit(report.audits.get(found.question))]
    lines += [f"Definition version {report.version}, seed {report.seed}, {report.draws} bootstrap draws."]
    return "\n".join(lines) + "\n"


def _paragraphs(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in (text, "")]


def _summary(found: Backtest) -> str:
    share = percent(found.good / found.rows) if found.rows else "-"
    return f"| {found.question} | {found.rows:,} | {share} | {found.tested:,} | {found.verdict.verdict} |"


def _question(found: Backtest) -> list[str]:
    lines = [f"## {found.question[:1].upper()}{found.question[1:]}", "", f"**{_sentence(found.verdict.verdict)}**"]
    lines += [" ".join(found.verdict.reasons), ""]
    if found.rows:
        lines += ["| measure | AUC pooled | AUC within |", "| --- | --- | --- |", *map(_ranking, found.rankings), ""]
    if found.calibration is not None:
        lines += _calibration(found, found.calibration)
    return lines


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _ranking(ranking: Ranking) -> str:
    return f"| {ranking.measure.replace('_', ' ')} | {interval(ranking.pooled)} | {interval(ranking.within)} |"


def _calibration(found: Backtest, told: Calibration) -> list[str]:
    days = ", ".join(date.fromordinal(day).isoformat() for day in found.origins)
    checked = told.checked
    rows = (
        ("tested on", f"{days}; each day told by what had been answered before it"),
        ("members with the good end, without it", f"{found.evidence.good:,}, {found.evidence.bad:,}"),
        ("AUC of the vector's model, within", interval(told.aucs[MODEL])),
        ("best baseline, within", f"{told.best_baseline.replace('_', ' ')} {interval(told.aucs[told.best_baseline])}"),
        ("AUC more than the best baseline", f"{signed(told.gain)}; lower bound {told.gain_bound:+.3f}"),
        ("AUC that the vector adds to recency and count together", signed(told.added)),
        ("Brier score, Brier skill against the base rate", f"{checked.brier:.3f}, {signed(checked.brier_skill)}"),
        ("calibration slope", interval(checked.slope)),
        (
            "mean prediction, what came",
            f"{percent(checked.mean_predicted, 1)}, {percent(checked.mean_label, 1)} ({checked.bias:+.1f} s.e.)",
        ),
        (
            "all baselines, within",
            ", ".join(f"{name.replace('_', ' ')} {told.aucs[name].value:.3f}" for name in BASELINES),
        ),
    )
    curve = [f"| {percent(predicted, 1)} | {percent(came, 1)} |" for predicted, came in checked.curve]
    return [
        "| calibrated, on test folds only | |",
        "| --- | --- |",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
        "| predicted (mean of a tenth) | came |",
        "| ---: | ---: |",
        *curve,
        "",
    ]


def _audit(found: Audit | None) -> list[str]:
    if found is None or not found.rows:
        return []
    return [
        f"Audit: {found.differing:,} of {found.rows:,} rows would look otherwise with facts that were recorded only "
        f"after their day. Those are not used. As known then, the score's AUC within is {found.as_known:.3f}; with "
        f"hindsight it would seem to be {found.with_hindsight:.3f}.",
        "",
    ]


def interval(one: Interval) -> str:
    """Return a value with its interval, three decimals."""
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def signed(one: Interval) -> str:
    """Return a difference with its interval, with signs."""
    return f"{one.value:+.3f} [{one.low:+.3f}, {one.high:+.3f}]"
