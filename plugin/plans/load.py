"""Reading plan templates: TOML in, a PlanTemplate out, or all that is wrong with the file at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from mappings.reports import nearest
from mappings.toml_file import read_toml
from plugin.domain.plan import PlanTemplate
from plugin.errors import Problem, Problems, UserError
from plugin.plans.document import AccountabilityTable, Document, MilestoneTable, RequirementTable

_FOLDER = Path(__file__).parent
_TABLES: dict[str, type[BaseModel]] = {
    "milestone": MilestoneTable,
    "requirement": RequirementTable,
    "accountability": AccountabilityTable,
}


def shipped() -> dict[str, Path]:
    """Return the templates that come with the project, by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.toml"))}


def known(own: Path | None = None) -> dict[str, Path]:
    """Return the shipped templates and those in a folder of the association's own, which win over shipped ones."""
    if own is None:
        return shipped()
    if not own.is_dir():
        raise UserError(f"There is no folder {own} with plan templates. Make it, or put SUCCESS_VECTOR_PLANS right.")
    return shipped() | {path.stem: path for path in sorted(own.glob("*.toml"))}


def load_all(own: Path | None = None) -> tuple[PlanTemplate, ...]:
    """Return every known template, in order of name; raises as `load` does."""
    return tuple(load(name, own) for name in sorted(known(own)))


def load(name: Path | str, own: Path | None = None) -> PlanTemplate:
    """Return the known template of that name, or the one in that file.

    Raises Problems with everything that is wrong in the file, UserError where it can't be read.
    """
    file = known(own).get(str(name), Path(name))
    content = _read(file)
    try:
        document = Document.model_validate(content)
    except ValidationError as error:
        found = list(dict.fromkeys(_problem(dict(one), content) for one in error.errors()))
        raise _problems(file, found) from error
    found = [*_no_steps(document), *_same_names(document), *_strays(document)]
    if found:
        raise _problems(file, found)
    return document.template(file.stem)


def _read(file: Path) -> dict[str, Any]:
    absent = (
        f"There is no plan template {file}. Use {nearest(str(file), shipped())}, or give the path of your own; "
        "`success-vector plans list` shows them all."
    )
    return read_toml(file, "plan template", "docs/plans.md", absent)


def _problems(file: Path, found: list[Problem]) -> Problems:
    return Problems.within(f"The plan template {file.name}", found)


def _problem(one: Mapping[str, Any], content: Mapping[str, Any]) -> Problem:
    where, wrong = _where(one["loc"], content), one["input"]
    if one["type"] == "extra_forbidden":
        allowed = _TABLES[str(one["loc"][0])] if len(one["loc"]) > 1 else Document
        return Problem(where, "there is no such key", f"Use {nearest(str(one['loc'][-1]), allowed.model_fields)}.")
    if one["type"] == "missing":
        return Problem(where, "it is missing", "Add it.")
    if one["type"] == "literal_error":
        known = re.findall(r"'([^']*)'", str(one["ctx"]["expected"]))
        return Problem(where, f"{wrong!r} isn't known", f"Use {nearest(str(wrong), known)}.")
    message = str(one["msg"])
    return Problem(where, f"{wrong!r} doesn't fit", f"{message.removeprefix('Input ').capitalize()}.")


def _where(path: tuple[str | int, ...], content: Mapping[str, Any]) -> str:
    """Return where something stands: `milestone 3 "First audit": type`."""
    if len(path) > 1 and isinstance(path[1], int):
        table = content[str(path[0])][path[1]]
        name = table.get("name", table.get("kind", "?")) if isinstance(table, dict) else "?"
        rest = ".".join(str(part) for part in path[2:])
        return f'{path[0]} {path[1] + 1} "{name}"' + (f": {rest}" if rest else "")
    return ".".join(str(part) for part in path)


def _no_steps(document: Document) -> list[Problem]:
    none = Problem("milestone", "there is none, and nothing to score", "Add at least one [[milestone]].")
    return [] if document.milestone else [none]


def _same_names(document: Document) -> list[Problem]:
    counted = Counter(one.name for one in document.milestone)
    return [
        Problem(f'milestone "{name}"', f"{count} milestones have this name", "Give each a name of its own.")
        for name, count in counted.items()
        if count > 1
    ]


def _strays(document: Document) -> list[Problem]:
    """Return what lies beyond the time frame, and what belongs to no milestone."""
    names = [one.name for one in document.milestone]
    found = []
    tables: dict[str, Sequence[MilestoneTable | AccountabilityTable]]
    tables = {"milestone": document.milestone, "accountability": document.accountability}
    for table, rows in tables.items():
        for number, row in enumerate(rows, 1):
            where = f'{table} {number} "{row.name}"'
            if row.day > document.days:
                what = f"day {row.day} lies beyond the time frame of {document.days} days"
                found.append(Problem(f"{where}: day", what, f"Use {document.days} or less, or lengthen `days`."))
            if isinstance(row, AccountabilityTable) and row.milestone not in names:
                what = f"there is no milestone {row.milestone!r}"
                found.append(Problem(f"{where}: milestone", what, f"Use {nearest(row.milestone, names)}."))
    return found
