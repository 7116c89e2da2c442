"""Deploying a zip through the Metadata REST API, with every fault shown by its source file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.install.fixes import fix
from connectors.salesforce.install.metadata import ComponentName
from connectors.salesforce.install.org import Http
from connectors.salesforce.install.zip import Archive
from plugin.errors import Problem, Problems, RetryLater, UserError

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
MOST_SECONDS = 1800.0


@dataclass(frozen=True)
class Progress:
    """How far a deployment is, in components; `status` is Salesforce's word."""

    status: str
    done: int
    total: int


@dataclass(frozen=True)
class Deployed:
    """What a deployment did (or, check-only, would do), by component."""

    id: str
    created: tuple[ComponentName, ...]
    changed: tuple[ComponentName, ...]
    unchanged: tuple[ComponentName, ...]


def deploy(
    http: Http,
    archive: Archive,
    *,
    check_only: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
    wait: Callable[[float], None] = time.sleep,
) -> Deployed:
    """Deploy all or nothing, and return what became of each component.

    Raises Problems with every component that Salesforce refuses, RetryLater where it is still busy after half an hour.
    """
    deployment = _start(http, archive, check_only)
    waited, pause = 0.0, FIRST_WAIT
    while True:
        result = http.json("GET", f"metadata/deployRequest/{deployment}", params={"includeDetails": "true"})[
            "deployResult"
        ]
        progress(_progress(result))
        if result["done"]:
            return _outcome(deployment, result, archive)
        if waited > MOST_SECONDS:
            raise RetryLater(
                f"Salesforce has not finished deployment {deployment} after {waited / 60:.0f} minutes. Look at Setup, "
                "Deployment Status; run `success-vector install` again once it is through."
            )
        wait(pause)
        waited, pause = waited + pause, min(pause * 1.5, LONGEST_WAIT)


def _start(http: Http, archive: Archive, check_only: bool) -> str:
    options = {
        "allowMissingFiles": False,
        "autoUpdatePackage": False,
        "checkOnly": check_only,
        "ignoreWarnings": True,
        "performRetrieve": False,
        "purgeOnDelete": False,
        "rollbackOnError": True,
        "singlePackage": True,
    }
    parts = {
        "json": (None, json.dumps({"deployOptions": options}), "application/json"),
        "file": ("package.zip", archive.content, "application/zip"),
    }
    answer = http.json("POST", "metadata/deployRequest", files=parts)
    started: str = answer["id"]
    return started


def _progress(result: Mapping[str, Any]) -> Progress:
    done = int(result.get("numberComponentsDeployed") or 0) + int(result.get("numberComponentErrors") or 0)
    return Progress(str(result["status"]), done, int(result.get("numberComponentsTotal") or 0))


def _outcome(deployment: str, result: Mapping[str, Any], archive: Archive) -> Deployed:
    details = result.get("details") or {}
    failures = [one for one in details.get("componentFailures") or () if one.get("problemType") != "Warning"]
    if failures:
        many = "one component" if len(failures) == 1 else f"{len(failures)} components"
        raise Problems(
            f"Salesforce refuses {many}, so nothing was changed:", tuple(_problem(one, archive) for one in failures)
        )
    if not result.get("success"):
        said = result.get("errorMessage") or f"status {result['status']}"
        raise UserError(
            f"The deployment {deployment} failed and nothing was changed: {said} Look at Setup, Deployment Status."
        )
    rows = [one for one in details.get("componentSuccesses") or () if one.get("componentType")]
    created = tuple(_name(one) for one in rows if one.get("created"))
    changed = tuple(_name(one) for one in rows if one.get("changed") and not one.get("created"))
    unchanged = tuple(_name(one) for one in rows if not one.get("changed") and not one.get("created"))
    return Deployed(deployment, created, changed, unchanged)


def _name(row: Mapping[str, Any]) -> ComponentName:
    return str(row["componentType"]), str(row["fullName"])


def _problem(row: Mapping[str, Any], archive: Archive) -> Problem:
    type_name, name = _name({"componentType": row.get("componentType") or "", "fullName": row.get("fullName") or ""})
    where = next(_source_of(row, archive), str(row.get("fileName") or name))
    what = str(row.get("problem") or "refused without a reason").strip().rstrip(".")
    named = f"{type_name} {name}: " if type_name else f"{name}: "
    return Problem(where, f"{named}{what}", fix(where, f"{named}{what}"))


def _source_of(row: Mapping[str, Any], archive: Archive) -> Iterator[str]:
    """Yield the source file: of the component itself, else what the deployed file was made of."""
    found = archive.sources.get((str(row.get("componentType")), str(row.get("fullName"))))
    if found:
        yield found
    path = str(row.get("fileName") or "")
    yield from (
        next(iter(file.components.values()))
        for file in archive.files
        if path == file.path or path.endswith(f"/{file.path}")
    )
