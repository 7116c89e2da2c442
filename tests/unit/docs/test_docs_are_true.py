"""What the pages name exists."""

import ast
import re
import shlex
from functools import cache
from urllib.parse import unquote

import pytest
from command_line import every_command, options_of
from docs_pages import CODE, PACKAGE, ROOT, page, pages
from metric_names import metric_names
from package_listing import SOURCE

from plugin.settings import Settings

COMMANDS = dict(every_command())
SETTINGS = {f"SUCCESS_VECTOR_{name.upper()}" for name in Settings.model_fields} | {"SUCCESS_VECTOR_TEST_DATA"}
FOLDERS = ("plugin/", "connectors/", "mappings/", "tests/", "docs/", "webhooks.py", ".ci/")
ADMIN_PAGES = ("README.md", "docs/salesforce.md", "docs/plans.md", "docs/operations.md")
COLUMNS = ("what you see", "what it says there")
every_page = pytest.mark.parametrize("written", pages(), ids=str)


@every_page
def test_every_link_leads_somewhere(written):
    targets = [unquote(link) for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", written.prose)]
    local = [link for link in targets if not link.startswith("https://")]
    assert [link for link in local if not (written.path.parent / link).exists()] == []


@every_page
def test_every_setting_that_is_named_exists(written):
    assert set(re.findall(r"\bSUCCESS_VECTOR_[A-Z_]*[A-Z]", written.text)) - SETTINGS == set()


@every_page
def test_every_make_target_that_is_named_exists(written):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"(?:^|`)make ([a-z]+)", written.text, re.MULTILINE)
    assert [target for target in named if f"\n{target}:" not in makefile] == []


@every_page
def test_every_command_line_is_understood(written):
    shell = [line for example in written.examples("sh") + written.examples("console") for line in example.splitlines()]
    typed = [text for text in [*written.code, *shell] if text.strip().startswith("success-vector ")]
    for text in typed:
        words = shlex.split(text)[1:]
        name = (
            words[0]
            if words[0].startswith("-")
            else max((name for name in COMMANDS if words[: len(name.split())] == name.split()), key=len, default=None)
        )
        known = {"--help", "--version"} if name is None or name.startswith("-") else options_of(COMMANDS[name])
        assert name is not None, f"there is no such command: {text}"
        assert [word for word in words if word.startswith("--") and word not in known] == [], text


@every_page
def test_every_path_of_the_project_exists(written):
    named = [text for text in written.code if text.startswith(FOLDERS) and re.fullmatch(r"[\w./-]+", text)]
    assert [path for path in named if not (ROOT / path).exists()] == []


@every_page
def test_no_page_names_a_folder_of_one_machine(written):
    assert re.findall(r"(?<![\w.$}~])/(?:root|home|work|tmp|Users)/\S*", written.text) == []


def test_every_metric_that_is_named_exists(engine):
    known = set(metric_names(engine))
    named = {name for each in pages() for name in re.findall(r"\bsuccess_vector_\w+", each.prose) if "py" not in name}
    assert named - known - {"success_vector"} == set()


def test_every_option_that_the_commands_page_names_exists():
    told = page("docs/commands.md")
    for heading in re.findall(r"^### (\S+)$", told.text, re.MULTILINE):
        below = [command for name, command in COMMANDS.items() if name.split(" ")[0] == heading]
        known = {option for command in below for option in options_of(command)}
        named = {text for text in CODE.findall(told.section(f"### {heading}")) if text.startswith("--")}
        assert named - known == set(), heading


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_every_object_and_field_that_an_admin_is_told_of_is_in_the_package(name):
    known = {path.name.split(".")[0] for path in SOURCE.rglob("*-meta.xml")}
    assert set(re.findall(r"\b\w+__c\b", page(name).prose)) - known == set()


def test_the_package_page_names_nothing_that_is_not_in_the_package():
    known = {path.name.split(".")[0] for path in PACKAGE.rglob("*-meta.xml")}
    named = {cells[0].strip("`") for cells in page("docs/salesforce-package.md").rows if cells[0].startswith("`")}
    assert named - known == set()


@cache
def said_in_the_code() -> str:
    """Every text that the code holds, the fixed parts of f-strings each for itself."""
    folders = (ROOT / "plugin", ROOT / "connectors", ROOT / "mappings")
    files = [path for folder in folders for path in folder.rglob("*.py")] + [ROOT / "webhooks.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)]
    return "\n".join([*texts, (ROOT / ".ci" / "prerequisites").read_text(encoding="utf-8")])


@pytest.mark.parametrize("name", ["README.md", "docs/salesforce.md"])
def test_every_message_that_a_page_explains_is_said_somewhere(name):
    explained = []
    in_table = False
    for cells in page(name).rows:
        in_table = cells[0] in COLUMNS or (in_table and not cells[0].startswith("what "))
        explained += CODE.findall(cells[0]) if in_table else []
    # A status and a route stand for themselves.
    messages = [text for text in explained if not text.startswith("/") and not text.isdigit()]
    assert len(messages) >= 8
    assert [text for text in messages if text not in said_in_the_code()] == []
