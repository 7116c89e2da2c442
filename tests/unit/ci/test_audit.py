"""What the audit of our dependencies says and how it ends, with the answers of the advisory services played."""

from __future__ import annotations

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

AUDIT = Path(__file__).parents[3] / ".ci" / "audit"
BAD = {"name": "sample", "version": "1.0", "vulns": [{"id": "SAMPLE-1", "fix_versions": ["1.1"]}]}
GOOD = {"name": "sample", "version": "1.1", "vulns": []}
UNASKED = {"name": "sample", "skip_reason": "not found"}


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the script as a module."""
    loader = SourceFileLoader("audit", str(AUDIT))
    spec = spec_from_loader("audit", loader)
    assert spec is not None
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("printed", "code", "said"),
    [
        (json.dumps({"dependencies": [BAD, UNASKED]}), 1, "sample 1.0: SAMPLE-1, mended in 1.1"),
        (json.dumps({"dependencies": [GOOD]}), 0, "requirements-dev.lock: 0 known vulnerabilities."),
        (json.dumps({"dependencies": [UNASKED]}), 0, "requirements-dev.lock: not audited"),
        ("Traceback", 0, "requirements-dev.lock: not audited"),
    ],
)
def test_the_audit_fails_on_a_vulnerable_package_and_says_when_nobody_could_be_asked(
    audit: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    printed: str,
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(audit, "_printed", lambda _folder, tool, *_: "" if tool == "npm" else printed)

    assert audit.main() == code
    assert said in capsys.readouterr().out


def test_what_only_the_screens_tests_use_is_told_and_fails_nothing(
    audit: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.dumps({"vulnerabilities": {"sample": {"severity": "high"}}, "dependencies": [GOOD]})
    monkeypatch.setattr(audit, "_printed", lambda *_: found)

    assert audit.main() == 0
    assert "tests/clients/package-lock.json: 1 known vulnerabilities.\n  sample: high" in capsys.readouterr().out
