"""Reading a TOML file that a person wrote: what it holds, or what is wrong with it and what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from plugin.errors import Problem, Problems, UserError


class Table(BaseModel):
    """A table of such a file: other keys than its own are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Whole = TypeVar("Whole", bound=Table)


def read_toml(file: Path, what: str, form: str, absent: str | None = None) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises UserError where it can't be read: `what` says what the file is, `form` where its form is shown, and `absent`
    what to say where there is no such file.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        if absent is not None and isinstance(error, FileNotFoundError):
            raise UserError(absent) from error
        raise UserError(f"The {what} {file} can't be read: {error}. Name a readable file in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{file.name} isn't TOML: {error}. Put that place right; {form} shows the form.") from error


def read_tables(whole: type[Whole], file: Path, what: str, form: str) -> Whole:
    """Return a TOML file as the tables that it is made of.

    Raises as `read_toml` does, and Problems with all that doesn't fit.
    """
    content = read_toml(file, what, form)
    try:
        return whole.model_validate(content)
    except ValidationError as error:
        found = [_problem(dict(one), form) for one in error.errors()]
        raise Problems.within(f"The {what} {file.name}", found) from error


def _problem(one: Mapping[str, Any], form: str) -> Problem:
    where = " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in one["loc"])
    if one["type"] == "missing":
        return Problem(where, "it is missing", "Add it.")
    if one["type"] == "extra_forbidden":
        return Problem(where, "there is no such key", f"Take it out; {form} shows the keys there are.")
    return Problem(where, f"{one['input']!r} doesn't fit", f"{one['msg']}.")
