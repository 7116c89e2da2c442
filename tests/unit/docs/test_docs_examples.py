"""What the pages show works."""

import configparser
import json
import re
import subprocess
import tomllib

import pytest
import yaml
from click.testing import CliRunner
from docs_pages import examples, page

from plugin.cli.score import score
from plugin.plans.load import load as load_plan
from plugin.settings import Settings

SHELL = examples("sh") + examples("console")
ENVIRONMENTS = [text for _, text in SHELL if re.match(r"(#.*\n)?(export )?(SUCCESS_VECTOR_|DATABASE_URL)\w*=", text)]
PLANS = [text for _, text in examples("toml") if text.startswith("# plan template")]


def named(found):
    return [pytest.param(example, id=f"{written} {number}") for number, (written, example) in enumerate(found)]


@pytest.mark.parametrize("example", named(SHELL))
def test_shell_examples_are_shell(example):
    checked = subprocess.run(["bash", "-n"], input=example, text=True, capture_output=True, check=False)
    assert checked.stderr == ""


@pytest.mark.parametrize("example", ENVIRONMENTS)
def test_settings_that_are_shown_are_accepted(example, monkeypatch):
    for line in example.splitlines():
        found = re.match(r"(?:export )?(\w+)=(\S*)", line)
        if found:
            monkeypatch.setenv(found[1], found[2])
    assert Settings(_env_file=None).port


@pytest.mark.parametrize("example", named(examples("python")))
def test_python_examples_import_what_there_is(example):
    names = {}
    exec(compile(example, "example", "exec"), names)
    assert [name for name, value in names.items() if callable(value)]


@pytest.mark.parametrize("example", named(examples("toml")))
def test_toml_examples_are_toml(example):
    assert tomllib.loads(example)


@pytest.mark.parametrize("example", PLANS)
def test_plan_templates_that_are_shown_load(example, tmp_path):
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    assert load_plan(tmp_path / "example.toml").milestones


@pytest.mark.parametrize("example", named(examples("yaml")))
def test_yaml_examples_are_yaml(example):
    assert yaml.safe_load(example)


@pytest.mark.parametrize("example", named(examples("ini")))
def test_unit_files_are_readable(example):
    unit = configparser.ConfigParser()
    unit.optionxform = str
    unit.read_string(example)
    assert unit["Service"]["ExecStart"].endswith("success-vector serve")


@pytest.mark.parametrize("example", named(examples("json")))
def test_json_examples_are_json(example):
    assert json.loads(example)


def test_the_worked_example_comes_out_as_it_is_told(tmp_path):
    written = page("docs/success-vector.md")
    facts, told = written.examples("json")
    file = tmp_path / "members.json"
    file.write_text(facts, encoding="utf-8")
    (command,) = written.examples("sh")
    as_of = command.split("--as-of ")[1].split()[0]
    done = CliRunner().invoke(score, [str(file), "--as-of", as_of, "--json"], catch_exceptions=False)
    assert json.loads(done.output)["members"] == [json.loads(told)]


def test_the_steps_of_the_worked_example_are_those_of_the_result():
    written = page("docs/success-vector.md")
    told = json.loads(written.examples("json")[1])
    for name, shown in (
        ("direction", "D = 0.1692 / 0.3908 = "),
        ("magnitude", "M = 0.3908 / 0.50 = "),
        ("pace", "V = "),
    ):
        assert f"{shown}{told[name]}" in written.prose
    assert f"= {told['score']}." in written.prose
    away = -sum(term["value"] for term in told["explanation"] if term["value"] < 0)
    assert f"b = {away:.4f}" in written.prose
