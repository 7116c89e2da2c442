"""Everything that there is stands in the pages."""

import re

import pytest
from command_line import every_command, options_of, section_for
from docs_pages import ROOT, page
from metric_names import metric_names
from package_listing import PAGE, text

from plugin.settings import Settings
from plugin.sync.points import Point

COMMANDS = dict(every_command())
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained_with_its_default(name):
    field = Settings.model_fields[name]
    variable = "DATABASE_URL" if name == "database_url" else f"SUCCESS_VECTOR_{name.upper()}"
    (row,) = [cells for cells in page("docs/settings.md").rows if cells[0] == f"`{variable}`"]
    assert len(row) == 3
    assert row[2]
    if isinstance(field.default, str | int):
        assert row[1] == f"`{field.default}`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained_with_its_options(name):
    told = page("docs/commands.md")
    section = told.section(f"### {name.split(' ', maxsplit=1)[0]}")
    missing = [option for option in options_of(COMMANDS[name]) if f"`{option}`" not in section]
    assert section, f"docs/commands.md needs this:\n\n{section_for(name, COMMANDS[name])}"
    assert missing == [], f"docs/commands.md needs some of this:\n\n{section_for(name, COMMANDS[name])}"
    assert f"`success-vector {name}" in told.prose


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_is_explained(target):
    assert f"`make {target}`" in page("docs/commands.md").prose or target == "help"


def test_every_metric_is_explained(engine):
    names = metric_names(engine)
    assert names
    assert [name for name in names if f"`{name}`" not in page("docs/operations.md").prose] == []


def test_the_page_of_the_package_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == text(), "Run `make docs`, and commit docs/salesforce-package.md."


@pytest.mark.parametrize("point", Point, ids=str)
def test_every_crash_point_is_explained(point):
    assert f"| {point.value} |" in page("docs/reliability.md").text


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_is_short_and_in_the_list(path):
    text = path.read_text(encoding="utf-8")
    number, _, title = text.splitlines()[0].removeprefix("# ").partition(". ")
    assert path.name.startswith(f"{int(number):04}-")
    assert f"- [{number}. {title}]({path.name})" in page("docs/adr/README.md").text
    assert [part for part in ("**Context.**", "**Decision.**", "**Consequences.**") if part not in text] == []
    assert len(text.splitlines()) <= 14
