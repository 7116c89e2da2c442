"""Writing what would be deleted to files first: a CSV file an object, each counted against the org."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.salesforce.install.org import Http
from connectors.salesforce.install.source import Source
from plugin.errors import UserError

CONTENTS = "contents.json"
_NAMES = {"Task": "Subject", "Event": "Subject"}
_BESIDE = {"address", "location"}
"""Types of compound fields: their parts are fields of their own."""


@dataclass(frozen=True)
class Exported:
    """One object's file: how many records are in it, which is how many the org has."""

    object: str
    file: Path
    records: int


def export(
    http: Http, package: Source, folder: Path, now: datetime, told: Callable[[Exported], None] = lambda _: None
) -> tuple[Exported, ...]:
    """Write every record of our objects, and our fields of every record of the standard ones, into an empty folder.

    Only the owner may read the files. Raises UserError where the folder is in use, or where a file, read again, doesn't
    hold as many records as the org has. `contents.json` says what is in which file, and from when.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder} is not empty. Give `--export` a folder that is new or empty. Nothing was changed.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {one["name"] for one in http.json("GET", "sobjects")["sobjects"]}
    done = []
    for name, columns in _wanted(http, package, there).items():
        done.append(_object(http, name, columns, folder))
        told(done[-1])
    contents = {
        "exported_at": now.isoformat(),
        "objects": {one.object: {"file": one.file.name, "records": one.records} for one in done},
    }
    _open(folder / CONTENTS).write_text(json.dumps(contents, indent=2) + "\n", encoding="utf-8")
    return tuple(done)


def _wanted(http: Http, package: Source, there: set[str]) -> dict[str, Sequence[str]]:
    """Return the fields to write, by object: all of ours, and our own ones beside id and name of the others."""
    wanted: dict[str, Sequence[str]] = {}
    for name in sorted({*package.objects, *(one.name for one in package.of("CustomObject"))}):
        if name not in there or name.endswith(("__e", "__mdt")):
            continue
        fields = http.json("GET", f"sobjects/{name}/describe")["fields"]
        readable = [field["name"] for field in fields if field["type"] not in _BESIDE]
        if not name.endswith("__c"):
            ours = {"Id", _NAMES.get(name, "Name"), *package.objects[name]}
            readable = [field for field in readable if field in ours]
        wanted[name] = readable
    return wanted


def _object(http: Http, name: str, columns: Sequence[str], folder: Path) -> Exported:
    path = _open(folder / f"{name}.csv")
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(columns)
        for row in _rows(http, f"SELECT {', '.join(columns)} FROM {name} WHERE IsDeleted = false"):
            writer.writerow(["" if row[column] is None else row[column] for column in columns])
    counted = http.json("GET", "queryAll", params={"q": f"SELECT COUNT() FROM {name} WHERE IsDeleted = false"})
    with path.open(encoding="utf-8", newline="") as opened:
        written = sum(1 for _ in csv.reader(opened)) - 1
    if written != counted["totalSize"]:
        raise UserError(
            f"{path} holds {written} records, and the org has {counted['totalSize']} of {name}: somebody is changing "
            "them. Nothing was deleted. Stop the service, and export again into another folder."
        )
    return Exported(name, path, written)


def _rows(http: Http, soql: str) -> Iterator[Mapping[str, Any]]:
    """Yield every row, page by page. Archived activities are seen by queryAll only."""
    answer = http.json("GET", "queryAll", params={"q": soql})
    yield from answer["records"]
    while not answer["done"]:
        answer = http.json("GET", answer["nextRecordsUrl"])
        yield from answer["records"]


def _open(path: Path) -> Path:
    path.touch(mode=0o600)
    return path
