"""The TOML document of a mapping, as it is written; docs/mappings.md explains every key."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator


class Direction(StrEnum):
    """Which way a field travels, seen from here."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


class Policy(StrEnum):
    """Who wins where both sides changed a field to different values."""

    THEIRS = "theirs"
    OURS = "ours"
    LATEST = "latest"
    REVIEW = "review"


class Orphans(StrEnum):
    """What becomes of a record whose parent is unknown: it waits for it, or it is none of ours."""

    PARK = "park"
    IGNORE = "ignore"


class Deletes(StrEnum):
    """What becomes of their record when ours is deleted: it is kept, or deleted as well."""

    KEEP = "keep"
    PUSH = "push"


class Duplicates(StrEnum):
    """What it means that a duplicate rule of theirs stops a record: a person decides, save it, or it is that one."""

    REFUSE = "refuse"
    ALLOW = "allow"
    LINK = "link"


Plain = StrictBool | StrictInt | StrictFloat | date | StrictStr
Name = Annotated[str, Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FieldLine(_Table):
    """One line of [source.fields]: `ours = "Theirs"` or a table."""

    field: Name
    direction: Direction | None = None
    policy: Policy | None = None
    values: dict[str, str | tuple[str, ...]] | None = None
    transform: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, line: Any) -> Any:
        return {"field": line} if isinstance(line, str) else line


class WhereLine(_Table):
    """One condition of `where`: a field and exactly one test."""

    field: Name
    is_: Plain | None = Field(default=None, alias="is")
    is_not: Plain | None = None
    in_: tuple[Plain, ...] | None = Field(default=None, alias="in")
    not_null: Literal[True] | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _one_test(self) -> WhereLine:
        tests = [test for test in (self.is_, self.is_not, self.in_, self.not_null) if test is not None]
        if len(tests) != 1:
            raise ValueError("a condition has exactly one of is, is_not, in and not_null")
        return self


INHERITED = (
    "entity",
    "external_id",
    "direction",
    "policy",
    "orphans",
    "deletes",
    "duplicates",
    "match",
    "where",
)


class SourceTable(_Table):
    """One [[source]]: an object of theirs that holds an entity of ours."""

    object: Name
    entity: str | None = None
    like: str | None = None
    external_id: str | None = None
    direction: Direction | None = None
    policy: Policy | None = None
    orphans: Orphans | None = None
    deletes: Deletes | None = None
    duplicates: Duplicates | None = None
    match: tuple[Name, ...] | None = None
    where: tuple[WhereLine, ...] | None = None
    constants: dict[str, Plain] = Field(default_factory=dict)
    omit: tuple[str, ...] = ()
    fields: dict[str, FieldLine] = Field(default_factory=dict)
    references: dict[str, dict[str, Name]] = Field(default_factory=dict)

    def over(self, base: SourceTable) -> SourceTable:
        """Return this table with whatever it leaves unsaid taken from `base`."""
        return self.model_copy(
            update={
                **{key: getattr(base, key) if getattr(self, key) is None else getattr(self, key) for key in INHERITED},
                **{
                    key: {
                        ours: line
                        for ours, line in {**getattr(base, key), **getattr(self, key)}.items()
                        if ours not in self.omit
                    }
                    for key in ("constants", "fields", "references")
                },
            }
        )


class Document(_Table):
    """A whole mapping file."""

    system: Name | None = None
    policy: Policy | None = None
    namespace: str | None = None
    extends: str | None = None
    without: tuple[str, ...] = ()
    source: tuple[SourceTable, ...] = ()
