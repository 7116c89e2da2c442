"""The wheel: what is in it, and that it works where nothing of the source is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from plugin import __version__

ROOT = Path(__file__).resolve().parents[2]
TOPS = {"plugin", "connectors", "mappings", "webhooks.py", f"success_vector-{__version__}.dist-info"}
KINDS = ("*.py", "*.sql", "*.toml", "*.lark", "*-meta.xml", "sfdx-project.json", ".forceignore")
"""What the program reads when it runs: its code and what lies beside it."""
STRAY = ("node_modules", "__pycache__", ".pyc", "connectors/tendenci/addon", ".env")
PATIENCE = 180.0
FACTS = {
    "members": [
        {
            "id": "m",
            "outcomes": [
                {
                    "id": "o",
                    "starts_on": "2026-01-01",
                    "due_on": "2026-12-31",
                    "milestones": [{"id": "goal", "type": "strategic", "due_on": "2026-12-01"}],
                }
            ],
        }
    ]
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout with what is installed and nothing else."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        check=True,
        cwd=ROOT,
        capture_output=True,
        timeout=PATIENCE,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`success-vector` in a fresh environment, in a folder with a space, whose only other packages are ours."""
    folder = tmp_path_factory.mktemp("installed") / "an environment"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install = [
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--disable-pip-version-check",
        wheel,
    ]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, capture_output=True, timeout=PATIENCE)
    # A path in a .pth file brings its packages but not the .pth files there, so not this checkout.
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "success-vector"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "some where else"
    folder.mkdir()
    return folder


def run(command: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a stranger would: no settings, nothing of the checkout on the path."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    environment = {**kept, "SUCCESS_VECTOR_HOME": str(folder / "home"), "COLUMNS": "120"}
    return subprocess.run(
        [command, *arguments],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def source_files() -> set[str]:
    """What the program needs of this checkout, by its path."""
    tracked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "plugin", "connectors", "mappings"]
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(tracked, check=True, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
        paths = [Path(line) for line in listed if (ROOT / line).is_file()]
    else:
        paths = [
            path.relative_to(ROOT) for top in ("plugin", "connectors", "mappings") for path in (ROOT / top).rglob("*")
        ]
    wanted = {path.as_posix() for path in paths if any(path.match(kind) for kind in KINDS)}
    return {path for path in wanted if not any(stray in path for stray in STRAY)} | {"webhooks.py"}


def test_the_wheel_holds_all_that_the_program_reads(contents: set[str]) -> None:
    assert sorted(source_files() - contents) == []


@pytest.mark.parametrize(
    "path",
    [
        "plugin/store/migrations/env.py",
        "plugin/store/migrations/versions/0001_tables.sql",
        "mappings/salesforce.toml",
        "mappings/npsp.toml",
        "plugin/plans/supplier.toml",
        "connectors/salesforce/package/sfdx-project.json",
        "connectors/salesforce/package/force-app/main/default/permissionsets/"
        "Success_Vector_Integration.permissionset-meta.xml",
        "connectors/salesforce/local_org/soql/grammar.lark",
        "connectors/salesforce/local_org/standard/objects.toml",
        f"success_vector-{__version__}.dist-info/licenses/LICENSE",
        f"success_vector-{__version__}.dist-info/entry_points.txt",
    ],
)
def test_the_wheel_holds_this(contents: set[str], path: str) -> None:
    assert path in contents


def test_the_wheel_holds_nothing_else(contents: set[str]) -> None:
    assert {path.split("/")[0] for path in contents} == TOPS
    assert [path for path in contents if any(stray in path for stray in STRAY)] == []


def test_the_wheel_asks_for_what_the_requirements_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"success_vector-{__version__}.dist-info/METADATA").decode()
    asked = {line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")}
    named = {line for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines() if line}
    assert {str(Requirement(name)) for name in asked} == {str(Requirement(name)) for name in named}


def test_installed_elsewhere_it_is_the_installed_one_that_runs(command: Path, elsewhere: Path) -> None:
    shown = subprocess.run(
        [command.parent / "python", "-c", "import plugin, connectors, mappings, webhooks; print(plugin.__file__)"],
        check=True,
        cwd=elsewhere,
        capture_output=True,
        text=True,
    )
    assert Path(shown.stdout.strip()).is_relative_to(command.parent.parent)
    assert run(command, "--version", folder=elsewhere).stdout == f"success-vector, version {__version__}\n"


def test_installed_elsewhere_it_scores_a_file(command: Path, elsewhere: Path) -> None:
    (elsewhere / "members.json").write_text(json.dumps(FACTS), encoding="utf-8")
    done = run(command, "score", "members.json", "--as-of", "2026-01-01", "--json", folder=elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["members"][0]["score"] == 50.0


def test_installed_elsewhere_its_demonstration_runs(command: Path, elsewhere: Path) -> None:
    done = run(command, "demo", "--exit", "--members", "40", folder=elsewhere)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
