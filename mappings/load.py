"""Reading a mapping file: TOML in, a Mapping out, or all that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from connectors.base import Condition, Test
from mappings.convert import typed
from mappings.document import (
    Deletes,
    Direction,
    Document,
    Duplicates,
    FieldLine,
    Orphans,
    Policy,
    SourceTable,
    WhereLine,
)
from mappings.model import FieldMap, Mapping, Source
from mappings.reports import from_validation, nearest, place
from mappings.rules import constant_value, problems_in
from mappings.toml_file import read_toml
from mappings.transforms import TRANSFORMS
from plugin.domain.entities import ENTITIES
from plugin.errors import Problem, Problems, UserError

_FOLDER = Path(__file__).parent
_CUSTOM = re.compile(r"(?P<stem>\w+?)__(?P<suffix>c|r)", re.ASCII)


def shipped() -> dict[str, Path]:
    """Return the mappings that come with the project, by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.toml"))}


def load(path: Path | str, members: Sequence[str] | None = None, policy: Policy | None = None) -> Mapping:
    """Return the mapping in a file, or the shipped one of that name.

    `members` names the objects whose records are members; other member sources, and references to them, are left out.
    None keeps all. `policy` counts instead of the one at the top of the file. Raises Problems with everything that is
    wrong, UserError where the file can't be read.
    """
    file = shipped().get(str(path), Path(path))
    written = _read(file)
    document = _settled(written, file, ())
    found = problems_in(document.source, written, document.system)
    if found:
        raise _problems(file, found)
    tables = _without(document.source, _not_chosen(document.source, members, file))
    found = problems_in(tables, written, document.system)
    if found:
        raise _problems(file, found)
    builder = _Builder(policy or document.policy or Policy.LATEST, document.namespace or "")
    parents_first = sorted(tables, key=lambda table: list(ENTITIES).index(table.entity or ""))
    return Mapping(document.system or "", tuple(builder.source(table) for table in parents_first), file.name)


def _read(file: Path) -> Document:
    absent = f"There is no mapping {file}. Shipped ones are {', '.join(shipped())}; or give the path of your own."
    content = read_toml(file, "mapping", "docs/mappings.md", absent)
    try:
        return Document.model_validate(content)
    except ValidationError as error:
        raise _problems(file, from_validation(error, content)) from error


def _problems(file: Path, found: Sequence[Problem]) -> Problems:
    return Problems.within(f"The mapping {file.name}", found)


def _settled(document: Document, file: Path, seen: tuple[str, ...]) -> Document:
    """Return the document with what it takes over by `extends` and `like` filled in."""
    if document.extends is not None:
        document = _extended(document, document.extends, file, seen)
    return document.model_copy(update={"source": _resolved(document.source, file)})


def _extended(document: Document, name: str, file: Path, seen: tuple[str, ...]) -> Document:
    """Return the document laid over the one it extends: a source for the same object fills in or replaces lines."""
    if name not in shipped() or name in seen:
        fix = "Leave it out." if name in seen else f"Extend {nearest(name, shipped())}."
        raise _problems(file, [Problem("extends", f"{name!r} isn't a mapping to extend", fix)])
    base = _settled(_read(shipped()[name]), shipped()[name], (*seen, name))
    objects = [table.object for table in base.source]
    unknown = [each for each in document.without if each not in objects]
    if unknown:
        what = f"{name} has no source for {' or '.join(unknown)}"
        raise _problems(file, [Problem("without", what, f"Use {nearest(unknown[0], objects)}.")])
    kept = _without(base.source, document.without)
    own = {table.object: table for table in document.source}
    source = [own[table.object].over(table) if table.object in own else table for table in kept]
    inherited = {table.object for table in kept}
    source += [table for table in document.source if table.object not in inherited]
    values = {
        key: getattr(base, key) if getattr(document, key) is None else getattr(document, key)
        for key in ("system", "policy", "namespace")
    }
    return document.model_copy(update={**values, "source": tuple(source)})


def _resolved(tables: Sequence[SourceTable], file: Path) -> tuple[SourceTable, ...]:
    """Return the tables with what `like` takes over filled in."""
    by_object = {table.object: table for table in tables}

    def resolve(table: SourceTable, seen: tuple[str, ...]) -> SourceTable:
        if table.like is None:
            return table
        base = by_object.get(table.like)
        if base is None or base.object in seen:
            where = place(list(by_object).index(seen[0]) + 1, by_object[seen[0]], "like")
            fix = f"Write {nearest(table.like, set(by_object) - set(seen))}, or give the source its own fields."
            raise _problems(file, [Problem(where, f"no other source has the object {table.like!r}", fix)])
        return table.over(resolve(base, (*seen, base.object))).model_copy(update={"like": None})

    return tuple(resolve(table, (table.object,)) for table in tables)


def _not_chosen(tables: Sequence[SourceTable], members: Sequence[str] | None, file: Path) -> list[str]:
    if members is None:
        return []
    known = [table.object for table in tables if table.entity == "member"]
    unknown = [name for name in members if name not in known]
    if unknown:
        raise UserError(
            f"{file.name} has no member source for {' or '.join(unknown)}; it has {' and '.join(known) or 'none'}. "
            f"Choose among these in the setting for members, or add a [[source]] for it."
        )
    return [name for name in known if name not in members]


def _without(tables: Sequence[SourceTable], dropped: Collection[str]) -> tuple[SourceTable, ...]:
    """Return the tables without those of the dropped objects and without references to them."""
    return tuple(
        table.model_copy(
            update={
                "references": {
                    ours: kept
                    for ours, targets in table.references.items()
                    if (kept := {key: name for key, name in targets.items() if name not in dropped})
                }
            }
        )
        for table in tables
        if table.object not in dropped
    )


@dataclass(frozen=True)
class _Builder:
    """Turns tables that have passed the rules into sources."""

    policy: Policy
    namespace: str

    def source(self, table: SourceTable) -> Source:
        entity = ENTITIES[table.entity or ""]
        where = table.where or ()
        return Source(
            entity=entity.name,
            object=self.name(table.object),
            fields={ours: self.field(table, ours, line) for ours, line in table.fields.items()},
            references={
                ours: {self.name(theirs): self.name(target) for theirs, target in targets.items()}
                for ours, targets in table.references.items()
            },
            external_id=self.name(table.external_id) if table.external_id else None,
            where=tuple(self.condition(line) for line in where),
            optional=frozenset(self.name(line.field) for line in where if line.optional),
            constants={
                ours: typed(constant_value(value), entity.fields[ours].kind, ours)
                for ours, value in table.constants.items()
            },
            orphans=table.orphans or Orphans.PARK,
            deletes=table.deletes or Deletes.KEEP,
            duplicates=table.duplicates or Duplicates.REFUSE,
            match=table.match or (),
            direction=table.direction or Direction.BOTH,
            policy=table.policy or self.policy,
        )

    def field(self, table: SourceTable, ours: str, line: FieldLine) -> FieldMap:
        definition = ENTITIES[table.entity or ""].fields[ours]
        values = {one: (many,) if isinstance(many, str) else many for one, many in (line.values or {}).items()}
        return FieldMap(
            ours=definition,
            theirs=self.name(line.field),
            direction=Direction.OUT if definition.calculated else line.direction or table.direction or Direction.BOTH,
            policy=Policy.OURS if definition.calculated else line.policy or table.policy or self.policy,
            values=values or None,
            transform=TRANSFORMS[line.transform] if line.transform else None,
        )

    def condition(self, line: WhereLine) -> Condition:
        field = self.name(line.field)
        if line.not_null:
            return Condition(field, Test.NOT_NULL)
        if line.in_ is not None:
            return Condition(field, Test.IN, tuple(constant_value(each) for each in line.in_))
        if line.is_not is not None:
            return Condition(field, Test.IS_NOT, constant_value(line.is_not))
        return Condition(field, Test.IS, constant_value(line.is_))

    def name(self, written: str) -> str:
        """Return the name with our package's namespace; `c__` marks a custom name of the org's own."""
        return ".".join(self._part(part) for part in written.split("."))

    def _part(self, part: str) -> str:
        if part.startswith("c__"):
            return part.removeprefix("c__")
        custom = _CUSTOM.fullmatch(part)
        bare = custom is not None and "__" not in custom["stem"]
        return f"{self.namespace}__{part}" if self.namespace and bare else part
