"""What a deployment reports: one line a component, as DeployMessage of the Metadata API has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Component:
    """One component: its metadata type, full name and the file it came in."""

    type: str
    name: str
    file: str


@dataclass(frozen=True)
class Failure:
    """Why Salesforce would not take a component; `line` and `column` count from 1, 0 where there is none."""

    component: Component
    problem: str
    line: int = 0
    column: int = 0
    warning: bool = False


@dataclass(frozen=True)
class Success:
    """What a component's deployment did."""

    component: Component
    created: bool = False
    changed: bool = False
    deleted: bool = False
    id: str | None = None


def success_json(success: Success, moment: str) -> dict[str, Any]:
    """Return a success as the API words it."""
    return {
        **_common(success.component, moment),
        "changed": success.changed,
        "created": success.created,
        "deleted": success.deleted,
        "id": success.id,
        "success": True,
        "warning": False,
    }


def failure_json(failure: Failure, moment: str) -> dict[str, Any]:
    """Return a failure as the API words it."""
    place = {"lineNumber": failure.line, "columnNumber": failure.column} if failure.line else {}
    return {
        **_common(failure.component, moment),
        "changed": False,
        "created": False,
        "deleted": False,
        "problem": failure.problem,
        "problemType": "Warning" if failure.warning else "Error",
        "success": failure.warning,
        "warning": failure.warning,
        **place,
    }


def _common(component: Component, moment: str) -> dict[str, Any]:
    return {
        "componentType": component.type,
        "createdDate": moment,
        "fileName": component.file,
        "fullName": component.name,
        "knownPackagingProblem": False,
        "requiresProductionTestRun": False,
    }
