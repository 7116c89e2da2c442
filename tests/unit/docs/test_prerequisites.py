"""What a machine lacks is installed on Debian as root, and elsewhere named in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docs_pages import ROOT

VENV_MISSING = f'#!/bin/sh\ncase "$*" in *ensurepip*) [ -e "$0.installed" ];; *) exec "{sys.executable}" "$@";; esac\n'


OLD = f"""#!/bin/sh
[ "$1" = - ] && set -- -c "import sys; sys.version_info = (3, 9, 2); exec(sys.stdin.read())"
exec "{sys.executable}" "$@"
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of commands that stands for a whole machine: a Python without venv, and an apt-get that brings it."""
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("bash", "uname"):
        (commands / name).symlink_to(shutil.which(name) or name)
    _put(commands / "python3", VENV_MISSING)
    _put(commands / "id", "#!/bin/sh\necho 0\n")
    _put(
        commands / "apt-get",
        f'#!/bin/sh\necho "$@" >> "{commands}/asked"\n[ "$1" = update ] || : > "{commands}/python3.installed"\n',
    )
    return commands


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def prerequisites(machine: Path) -> subprocess.CompletedProcess[str]:
    script = ROOT / ".ci" / "prerequisites"
    environment = {"PATH": str(machine), "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [machine / "bash", script], check=False, env=environment, capture_output=True, text=True, timeout=30
    )


def test_as_root_with_apt_it_is_installed(machine: Path) -> None:
    done = prerequisites(machine)
    assert (done.returncode, done.stderr) == (0, "")
    assert (machine / "asked").read_text().splitlines() == ["update -qq", "install -y -qq python3-venv"]


def test_as_anybody_else_the_command_is_named_in_one_line(machine: Path) -> None:
    _put(machine / "id", "#!/bin/sh\necho 1000\n")
    done = prerequisites(machine)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "sudo apt-get install python3-venv" in done.stderr
    assert not (machine / "asked").exists()


def test_where_nothing_is_missing_nothing_is_asked_for(machine: Path) -> None:
    (machine / "python3.installed").touch()
    done = prerequisites(machine)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (machine / "asked").exists()


def test_another_python_is_refused_with_the_way_out(machine: Path) -> None:
    (machine / "python3.installed").touch()
    _put(machine / "python3", OLD)
    done = prerequisites(machine)
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr
    assert "make PYTHON=python3.12" in done.stderr
