"""Readers of public data: on small made-up files, and on the real ones where they are at hand."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from plugin.backtest import cdnow, oulad
from plugin.backtest.oulad import Oulad, read_oulad
from plugin.cli import commands
from plugin.domain.calibration import backtest
from plugin.domain.calibration_auc import auc
from plugin.domain.calibration_rows import Observations, refuse_hindsight
from plugin.domain.calibration_verdict import DESCRIPTIVE
from plugin.domain.success_vector import score
from plugin.errors import UserError

DRAWS = 100
FEW = 40
"""One customer of so many is read from the large file."""

FILES = {
    "courses.csv": "code_module,code_presentation,module_presentation_length\nAAA,2013B,240\n",
    "assessments.csv": (
        "code_module,code_presentation,id_assessment,assessment_type,date,weight\n"
        "AAA,2013B,1,TMA,20,10\nAAA,2013B,2,CMA,50,10\nAAA,2013B,3,Exam,,100\n"
    ),
    "studentInfo.csv": (
        "code_module,code_presentation,id_student,final_result\n"
        "AAA,2013B,7,Pass\nAAA,2013B,8,Withdrawn\nAAA,2013B,9,Fail\nAAA,2013B,10,Withdrawn\n"
    ),
    "studentRegistration.csv": (
        "code_module,code_presentation,id_student,date_registration,date_unregistration\n"
        "AAA,2013B,7,-20,\nAAA,2013B,8,-10,100\nAAA,2013B,9,5,\nAAA,2013B,10,-5,60\n"
    ),
    "studentAssessment.csv": (
        "id_assessment,id_student,date_submitted,is_banked,score\n"
        "1,7,18,0,40\n2,7,61,0,90\n1,8,20,0,39\n3,7,200,0,80\n1,9,21,0,\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_an_enrolment_is_a_member_whose_assessments_are_milestones(folder: Path) -> None:
    first, second, *_ = oulad.members_of(read_oulad(folder))
    (course,) = first.outcomes
    assert (course.starts_on, course.due_on) == (date(2013, 2, 1), date(2013, 9, 29))
    assert [(one.type, one.due_on, one.achieved_on) for one in course.milestones] == [
        ("operational", date(2013, 2, 21), date(2013, 2, 19)),
        ("functional", date(2013, 3, 23), date(2013, 4, 3)),
        ("strategic", date(2013, 9, 29), date(2013, 8, 20)),
    ]
    assert [one.achieved_on for one in second.outcomes[0].milestones] == [None, None, None]


def test_only_those_still_enrolled_are_looked_at_and_only_with_what_was_there_by_then(folder: Path) -> None:
    rows = oulad.observations(read_oulad(folder), 60)
    assert rows.label.tolist() == [1.0, 0.0, 0.0]
    assert rows.measures["engagement_count"].tolist() == [1.0, 1.0, 1.0]
    assert rows.measures["recency"].tolist() == [-42.0, -40.0, -39.0]
    assert rows.measures["tenure"].tolist() == [80.0, 70.0, 55.0]
    assert rows.measures["mean_result"].tolist() == [40.0, 39.0, 0.0]
    assert rows.measures["overdue_count"].tolist() == [-1.0, -2.0, -2.0]
    assert set(rows.answered_by) == {date(2013, 9, 29).toordinal()}
    refuse_hindsight(rows)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("courses.csv", None, "holds no courses.csv"),
        ("assessments.csv", "a,b\n1,2\n", "no column id_assessment"),
        ("studentAssessment.csv", FILES["studentAssessment.csv"].replace("18", "soon"), "'soon' is no whole number"),
        ("studentAssessment.csv", FILES["studentAssessment.csv"].replace("\n1,7", "\n99,7"), "assessment '99'"),
        ("assessments.csv", FILES["assessments.csv"].replace("CMA", "Quiz"), "'Quiz'"),
    ],
)
def test_files_of_another_form_are_refused(folder: Path, name: str, text: str | None, said: str) -> None:
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        CliRunner().invoke(
            commands, ["backtest", "--source", "oulad", str(folder), "--draws", "100"], catch_exceptions=False
        )


def test_a_public_source_has_its_own_days(folder: Path) -> None:
    words = ["backtest", "--source", "oulad", str(folder), "--as-of", "2013-05-01"]
    with pytest.raises(UserError, match="--as-of is for the own history"):
        CliRunner().invoke(commands, words, catch_exceptions=False)


@pytest.fixture(scope="module")
def course_data(shared_data: Path) -> Oulad:
    return read_oulad(shared_data / "oulad_2013")


@pytest.fixture(scope="module")
def day_150(course_data: Oulad) -> Observations:
    return oulad.observations(course_data, 150)


def of(rows: Observations, cohort: str) -> Observations:
    return rows.where(rows.cohort == rows.cohorts.index(cohort))


def both(rows: Observations, name: str) -> tuple[float, float]:
    """Return a measure's AUC pooled and within module."""
    everyone = np.zeros(len(rows), np.int64)
    return tuple(round(auc(rows.label, rows.measures[name], group), 3) for group in (everyone, rows.group))


def test_the_numbers_of_the_evidence_page_come_out(day_150: Observations) -> None:
    rows = of(day_150, "2013J")
    assert len(rows) == 6856
    assert both(rows, "pace") == (0.857, 0.867)
    assert both(rows, "score") == (0.871, 0.867)
    assert both(rows, "progress") == (0.859, 0.861)
    assert both(rows, "engagement_count") == (0.768, 0.827)


def test_with_all_assessments_alike_pooling_makes_pace_look_better_than_progress(course_data: Oulad) -> None:
    alike = dict.fromkeys(oulad.TYPES, "operational")
    rows = of(oulad.observations(course_data, 150, alike), "2013J")
    assert both(rows, "pace") == (0.851, 0.864)
    assert both(rows, "progress") == (0.834, 0.855)


def test_the_columns_are_those_of_the_definition(course_data: Oulad, day_150: Observations) -> None:
    there = [n for n, one in enumerate(course_data.enrolments) if one.registered <= 150 < one.left]
    members = oulad.members_of(course_data)
    for row in range(0, len(there), 997):
        (vector,) = score([members[there[row]]], date.fromordinal(int(day_150.as_of[row])))
        assert (vector.pace, vector.score, vector.progress) == tuple(
            day_150.measures[name][row] for name in ("pace", "score", "progress")
        )
        assert (vector.direction or 0.0) == day_150.measures["direction"][row]


def test_shuffled_ends_of_the_courses_are_descriptive_only(day_150: Observations) -> None:
    label = np.random.default_rng(1).permutation(day_150.label)
    rows = Observations(**{**vars(day_150), "label": label})
    found = backtest("passing", rows, draws=DRAWS, of=rows.cohort == rows.cohorts.index("2013J"))
    assert found.verdict.verdict == DESCRIPTIVE
    assert found.calibration is not None
    assert abs(found.calibration.aucs["vector"].value - 0.5) < 0.03


def test_a_customer_is_a_member_with_a_repeat_purchase_each_quarter(tmp_path: Path) -> None:
    file = tmp_path / "purchases.txt.gz"
    lines = (
        "customer_id date cds value",
        "1 19970101 1 10.00",
        "1 19970101 2 20.00",
        "1 19970215 1 6.00",
        "2 19970201 1 5",
    )
    file.write_bytes(gzip.compress("\r\n".join(lines).encode()))
    first, second = cdnow.read_cdnow(file)
    assert (first.days, first.spent) == ((date(1997, 1, 1), date(1997, 2, 15)), (30.0, 6.0))
    rows = cdnow.observations([first, second])
    assert rows.label.tolist() == [0.0] * 10
    assert rows.measures["engagement_count"][:2].tolist() == [2.0, 1.0]
    assert rows.measures["mean_result"][:2].tolist() == [18.0, 5.0]
    assert rows.measures["recency"][:2].tolist() == [-44.0, -58.0]
    assert rows.measures["overdue_count"][-2:].tolist() == [-4.0, -4.0]
    assert second.id == "2"


def test_a_line_that_is_no_purchase_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "purchases.txt"
    file.write_text("1 19970101 1 10.00\n1 19971301 1 10.00\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"line 2: '1 19971301 1 10\.00' is no purchase"):
        cdnow.read_cdnow(file)


def test_the_vector_adds_nothing_to_recency_and_count_of_purchases(shared_data: Path) -> None:
    customers = cdnow.read_cdnow(shared_data / "CDNOW_master.txt.gz")[::FEW]
    found = backtest("another purchase", cdnow.observations(customers), draws=DRAWS)
    assert found.verdict.verdict == DESCRIPTIVE
    assert found.calibration is not None
    assert found.calibration.added.low <= 0 <= found.calibration.added.high
    assert found.calibration.added.high < 0.01
