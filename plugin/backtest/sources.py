"""Back-tests by source: the association's own history, and public data with known ends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.engine import Connection

from plugin.backtest import cdnow, oulad
from plugin.backtest.questions import QUESTIONS
from plugin.backtest.replay import replay
from plugin.backtest.report import Report, audit
from plugin.domain.calibration import SEED, backtest
from plugin.domain.calibration_auc import DRAWS

OULAD_ABOUT = (
    "The Open University's learning data (OULAD), presentations of 2013; Kuzilek, Hlosta, Zdrahal, Scientific Data 4 "
    "(2017), CC BY 4.0. An enrolment is a member, the course the goal, an assessment a milestone: due on its day, "
    "achieved with a result of 40 or more. Module is the template, presentation the cohort. The good end is to pass; "
    "the bad end is to withdraw or fail. Looked at are those still enrolled on the day.",
    "Probabilities are learned from 2013B, whose ends were known when 2013J began, and tested on 2013J. Before 2013B "
    "there was nothing to learn from, so that it is only ranked.",
)
CDNOW_ABOUT = (
    "CDNOW's customers who bought first in early 1997 (Fader and Hardie). A customer is a member, with a repeat "
    "purchase each quarter as milestones; the month of the first purchase is the cohort. The good end is a purchase "
    "within 90 days. Looked at are all at the end of each quarter. Count is of purchases, mean result the mean amount.",
)


def own_report(conn: Connection, until: date, zone: str, seed: int = SEED, draws: int = DRAWS) -> Report:
    """Back-test the association's own history up to a day. Raises UserError if there is none."""
    found = replay(conn, until, zone)
    days = f"{found.days[0]} to {found.days[-1]}, every 30th day ({len(found.days)} days)"
    questions = [f"*{one.name}* asks whether a member {one.words}" for one in QUESTIONS]
    about = (
        f"The association's own history, {days}: facts as they had been recorded by the end of each day. "
        f"{'; '.join(questions)}. Template is the goal's plan template, cohort the year of joining.",
        f"Left out: {found.without_goal:,} times a member had no goal on a day. Answers stand 60 days after what they "
        "are about, and are learned from only then.",
    )
    return Report(
        "own history",
        about,
        tuple(backtest(name, rows, seed, draws) for name, rows in found.rows.items()),
        seed,
        draws,
        {name: audit(rows, found.hindsight[name]) for name, rows in found.rows.items()},
    )


def oulad_report(folder: Path, seed: int = SEED, draws: int = DRAWS) -> Report:
    """Back-test the OULAD files in a folder, day by day of the course. Raises UserError if they can't be read."""
    data = oulad.read_oulad(folder)
    found = [
        backtest(f"{cohort} at day {day}", rows, seed, draws, of=rows.cohort == number)
        for day in oulad.DAYS
        for rows in [oulad.observations(data, day)]
        for number, cohort in enumerate(rows.cohorts)
    ]
    return Report("OULAD 2013", OULAD_ABOUT, tuple(found), seed, draws)


def cdnow_report(file: Path, seed: int = SEED, draws: int = DRAWS) -> Report:
    """Back-test CDNOW's purchases. Raises UserError if the file can't be read."""
    rows = cdnow.observations(cdnow.read_cdnow(file))
    return Report("CDNOW", CDNOW_ABOUT, (backtest("another purchase within 90 days", rows, seed, draws),), seed, draws)
