"""Charts show what they are given, in words too, and the same figures give the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from math import nan
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from PIL import Image
from sample import TODAY, associate
from sqlalchemy.engine import Connection, Engine

from plugin.charts.arrow import arrow
from plugin.charts.cohorts import Cohort, milestone_cohorts
from plugin.charts.drawn import Drawn
from plugin.charts.kept import read_curves
from plugin.charts.loads import capacity_bars
from plugin.charts.plot import Point, portfolio_plot
from plugin.charts.reliability import Curve, calibration_curves
from plugin.charts.saved import as_png, as_svg, save
from plugin.charts.stored import CHARTS, Asked, drawn
from plugin.charts.style import STATUS_COLOURS, TINTS
from plugin.cli.charts import charts_command
from plugin.domain.capacity import Msm, Served, Team, capacity
from plugin.domain.rebalance import rebalance
from plugin.errors import UserError
from plugin.store import results
from plugin.store.results import Result

SVG = "{http://www.w3.org/2000/svg}"
POINTS = [Point("on_course", 1.0, 1.0), Point("off_course", -0.5, 0.7), Point("off_course", -1.0, 2.0)]
TEAM = Team((Msm("Ann", 100), Msm("Bea", 100)))
SERVED = [Served(str(number), f"Sample Member {number:03}", "Ann", "S", 10.0) for number in range(12)]


CURVES = [
    Curve("renewal", "skill", ((0.2, 0.25), (0.8, 0.7)), "1.02 [0.90, 1.14]"),
    Curve("goal", "too few to say", ()),
]


def text_of(chart: Drawn) -> tuple[str, str]:
    root = ElementTree.fromstring(as_svg(chart))
    return str(root.findtext(f"{SVG}title")), str(root.findtext(f"{SVG}desc"))


def test_a_chart_says_in_words_what_it_shows() -> None:
    title, words = text_of(portfolio_plot(POINTS))
    assert title == "Where members stand: direction and magnitude"
    assert words == "3 members by direction (across) and magnitude (up): 2 off course, 1 on course."
    root = ElementTree.fromstring(as_svg(portfolio_plot(POINTS)))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "chart-title chart-description")


def test_names_that_mean_something_to_xml_stay_names() -> None:
    title, _ = text_of(arrow("<A & B>", "on_course", 0.5, 1.0, 70.0))
    assert title == "<A & B>: on course, score 70"


def test_the_same_figures_give_the_same_bytes_and_others_give_others() -> None:
    assert as_svg(portfolio_plot(POINTS)) == as_svg(portfolio_plot(POINTS))
    assert as_png(portfolio_plot(POINTS)) == as_png(portfolio_plot(POINTS))
    assert as_svg(portfolio_plot(POINTS)) != as_svg(portfolio_plot(POINTS[:2]))


@pytest.mark.parametrize(
    ("direction", "magnitude", "score", "said"),
    [
        (0.8, 1.2, 80.0, "points toward the Desired Outcome, direction +0.80, magnitude 1.20"),
        (-0.8, 3.0, 12.0, "points away from the Desired Outcome, direction -0.80, magnitude 3.00"),
        (None, 0.0, 50.0, "nothing has moved yet"),
        (None, None, None, "no goal is scored"),
    ],
)
def test_an_arrow_points_where_the_member_goes(
    direction: float | None, magnitude: float | None, score: float | None, said: str
) -> None:
    assert said in arrow("Sample Member 001", "holding", direction, magnitude, score).description


def test_a_cohort_counts_only_plans_that_are_old_enough() -> None:
    plans = range(10)
    old = [100.0] * 5 + [40.0] * 5
    reached = [20.0, 30.0, 90.0, nan, nan, 20.0, 20.0, nan, nan, nan]
    days, shares = Cohort("a", list(plans), old, reached).shares()
    at = dict(zip(days, shares, strict=True))
    assert (at[20], at[40], at[50], at[90], max(days)) == (0.3, 0.4, 0.4, 0.6, 100)
    assert "a: 60% within 100 days" in milestone_cohorts([Cohort("a", list(plans), old, reached)]).description


def test_bars_show_the_loads_before_and_after_rebalancing() -> None:
    evened = rebalance(SERVED, TEAM)
    assert capacity_bars(evened.before, evened.after).description == (
        "Load as a share of usable hours: Ann 120%, 60% after; Bea 0%, 60% after."
    )


def test_the_hours_that_nobody_said_are_told_as_assumed() -> None:
    before = capacity(SERVED, TEAM)
    said = capacity_bars(before, assumed=Msm("", 120, 0.25))
    assert said.description.startswith("Load as a share of usable hours, assumed: 90 a month each: Ann 120%")
    assert "assumed" not in capacity_bars(before).description


def test_a_calibration_curve_says_what_was_predicted_and_what_came() -> None:
    assert calibration_curves(CURVES).description == (
        "renewal: skill; of the tenths predicted 20% came 25%, 80% came 70%. "
        "goal: too few to say, nothing could be tested."
    )
    assert len(calibration_curves(CURVES * 2).figure.axes) == 2


def test_the_newest_back_test_up_to_the_day_is_drawn(conn: Connection) -> None:
    for days, came in ((60, 0.1), (30, 0.2), (-1, 0.9)):
        checked = {"curve": [[0.5, came]], "slope": {"value": None, "low": None, "high": None}}
        found = {"verdict": "descriptive only", "calibration": {"checked": checked}}
        day = TODAY - timedelta(days=days)
        results.replace(conn, "calibration", day, [Result("calibration", day, "goal", "why", found)])
    words = drawn(conn, "calibration", Asked(TODAY)).description
    assert words == "goal: descriptive only; of the tenths predicted 50% came 20%."


@pytest.mark.parametrize("content", ["", "[]", '{"backtests": [{"question": "goal"}]}', "\x00"])
def test_a_file_that_is_no_report_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(content)
    with pytest.raises(UserError, match="is no report of a back-test"):
        read_curves(file)
    with pytest.raises(UserError, match="can't be read: No such file"):
        read_curves(tmp_path / "none.json")


def test_where_there_is_nothing_the_chart_says_so(engine: Engine) -> None:
    with engine.begin() as conn:
        for name in CHARTS:
            assert drawn(conn, name, Asked(TODAY)).description.startswith("There is nothing to")
    assert capacity_bars(capacity([], Team(()))).description.startswith("There is nothing to")


def test_every_chart_is_drawn_of_a_sample_association(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as conn:
        associate(conn, 48)
        told = {}
        for name in CHARTS:
            chart = drawn(conn, name, Asked(TODAY, curves=CURVES))
            save(chart, tmp_path / f"{name}.png")
            told[name] = chart.description
            assert min(Image.open(tmp_path / f"{name}.png").size) > 300
    assert not [words for words in told.values() if words.startswith("There is nothing to")]
    assert "professional education" in told["cohorts"]
    assert "Sample MSM A" in told["capacity"]


def test_the_command_writes_the_files_that_it_names(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    result = CliRunner().invoke(charts_command, ["--into", str(tmp_path / "new"), "--format", "png"])
    assert result.exit_code == 0, result.output
    told = CliRunner().invoke(charts_command, ["--into", str(tmp_path / "new"), "--format", "png", "--json"])
    assert [(one["name"], Path(one["file"]).is_file()) for one in json.loads(told.output)] == [
        (name, True) for name in CHARTS
    ]  # fmt: skip
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == sorted(f"charts-{name}.png" for name in CHARTS)


def test_other_commands_do_not_wait_for_the_plotting_library() -> None:
    asked = "import sys, plugin.cli; plugin.cli.commands.main(['score', '--help'], standalone_mode=False); "
    found = subprocess.run(
        [sys.executable, "-c", f"{asked}print('matplotlib' in sys.modules, 'openpyxl' in sys.modules)"],
        check=True, capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip
    assert found.stdout.splitlines()[-1] == "False False"


@pytest.mark.parametrize("status", TINTS)
def test_words_can_be_read_on_their_tint(status: str) -> None:
    """At least 4.5 to 1: WCAG 2.2, success criterion 1.4.3."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    assert (light(TINTS[status]) + 0.05) / (light(STATUS_COLOURS[status]) + 0.05) >= 4.5
