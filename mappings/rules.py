"""The rules a mapping must keep whatever the org: everything here is known from the file alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mappings.convert import ValueRefused, typed
from mappings.document import Deletes, Direction, Document, Duplicates, FieldLine, SourceTable
from mappings.dues_blind import money_in_segments
from mappings.keys import keys_that_tell_nothing
from mappings.reports import Finding, nearest, place
from mappings.transforms import TRANSFORMS
from plugin.domain.entities import ENTITIES, Entity, Field, Kind
from plugin.errors import Problem


def problems_in(tables: Sequence[SourceTable], written: Document, system: str | None) -> list[Problem]:
    """Return everything that is wrong with the tables, once `like`, `extends` and the choice of members are settled.

    `written` is the document as its author wrote it: places are told by its order.
    """
    numbers = {table.object: number for number, table in enumerate(written.source, 1)}
    objects = {table.object: table for table in tables}
    found: list[Problem] = []
    if system is None:
        found.append(Problem("system", "it is missing", 'Write system = "salesforce", or the name of yours.'))
    for name, count in Counter(table.object for table in tables).items():
        if count > 1:
            found.append(Problem(f"object {name}", f"{count} sources read it", "Keep one: an object holds one entity."))
    for table in tables:
        number = numbers.get(table.object)
        entity = ENTITIES.get(table.entity or "")
        if entity is None:
            what = f"there is no entity {table.entity!r}" if table.entity else "it names no entity and no `like`"
            found.append(Problem(place(number, table, "entity"), what, f"Use {nearest(table.entity or '', ENTITIES)}."))
            continue
        found += [
            Problem(place(number, table, where), what, fix) for where, what, fix in _table(table, entity, objects)
        ]
    if not any(table.entity == "member" for table in tables):
        found.append(Problem("source", "no source holds members", 'Add a [[source]] with entity = "member".'))
    return found


def _table(table: SourceTable, entity: Entity, objects: dict[str, SourceTable]) -> Iterator[Finding]:
    for ours, line in table.fields.items():
        yield from _field(table, entity, ours, line)
    for ours, targets in table.references.items():
        yield from _reference(entity, ours, targets, objects)
    for ours, value in table.constants.items():
        yield from _constant(table, entity, ours, value)
    yield from keys_that_tell_nothing(table, entity)
    yield from _idle_choices(table)
    yield from _written_twice(table, entity)
    yield from _required(table, entity)
    yield from money_in_segments(table, entity)


def _idle_choices(table: SourceTable) -> Iterator[Finding]:
    """What is said about writing has to have something to act on."""
    if table.deletes is Deletes.PUSH and table.direction is Direction.IN:
        yield "deletes", "the source is only read, so nothing is deleted there", 'Write deletes = "keep".'
    if table.duplicates in {Duplicates.ALLOW, Duplicates.LINK} and table.external_id is None:
        what = "no record is created there without an external_id, so no duplicate rule is ever met"
        yield "duplicates", what, "Leave it out, or give the source an external_id."
    if table.duplicates is Duplicates.LINK and not table.match:
        what = "without `match` nothing proves that two records are the same one"
        yield "duplicates", what, 'Add match = ["name", ...], or write duplicates = "refuse".'


def _unknown(part: str, ours: str, entity: Entity, names: Sequence[str]) -> Finding:
    return f"{part}.{ours}", f"{entity.name} has no {part.rstrip('s')} {ours!r}", f"Use {nearest(ours, names)}."


def _field(table: SourceTable, entity: Entity, ours: str, line: FieldLine) -> Iterator[Finding]:
    where = f"fields.{ours}"
    definition = entity.fields.get(ours)
    if definition is None:
        yield _unknown("fields", ours, entity, [name for name in entity.fields if name not in entity.references])
        return
    if definition.kind is Kind.REFERENCE:
        yield (
            where,
            f"{ours} names another record",
            f"Write it under [source.references]: {ours} = {{ {line.field} = ... }}.",
        )
        return
    if definition.calculated and line.direction not in {None, Direction.OUT}:
        yield where, f"{ours} is calculated here and never read", 'Leave the direction out, or write direction = "out".'
    if definition.calculated and line.policy is not None:
        yield where, f"{ours} is calculated here: nobody else's value can win", "Leave the policy out."
    if line.values is not None:
        yield from _values(definition, line, _direction(table, definition, line))
    if line.transform is not None:
        yield from _transform(definition, line, _direction(table, definition, line))


def _direction(table: SourceTable, definition: Field, line: FieldLine) -> Direction:
    if definition.calculated:
        return Direction.OUT
    return line.direction or table.direction or Direction.BOTH


def _values(definition: Field, line: FieldLine, direction: Direction) -> Iterator[Finding]:
    where, values = f"fields.{definition.name}.values", line.values or {}
    if definition.kind is not Kind.CHOICE:
        yield where, f"{definition.name} isn't a choice", "Leave the values out."
        return
    for invented in [one for one in values if one not in definition.choices]:
        yield where, f"{invented!r} is no choice of {definition.name}", f"Use {nearest(invented, definition.choices)}."
    missing = [one for one in definition.choices if one not in values]
    if missing and direction is not Direction.IN:
        yield where, f"{', '.join(missing)} would have no value over there", "Add a value for each."
    if direction is not Direction.IN and any(not isinstance(many, str) for many in values.values()):
        yield where, "a list says what is read, not which one is written", 'Give one value each, or direction = "in".'
    flat = [each for many in values.values() for each in ([many] if isinstance(many, str) else many)]
    twice = [each for each, count in Counter(each.strip().casefold() for each in flat).items() if count > 1]
    if twice and direction is not Direction.OUT:
        yield where, f"{', '.join(twice)} stands for two of our choices, so it can't be read back", "Give each its own."
    if any(not each.strip() for each in flat):
        yield where, "a value is empty, and empty means unknown", "Give it a value."


def _transform(definition: Field, line: FieldLine, direction: Direction) -> Iterator[Finding]:
    where = f"fields.{definition.name}.transform"
    transform = TRANSFORMS.get(line.transform or "")
    if transform is None:
        yield where, f"there is no transform {line.transform!r}", f"Use {nearest(line.transform or '', TRANSFORMS)}."
        return
    if definition.kind not in transform.kinds:
        fits = [each.name for each in TRANSFORMS.values() if definition.kind in each.kinds]
        fix = f"Use {' or '.join(fits)}, or none." if fits else "Leave it out."
        yield where, f"{transform.name} doesn't make a {definition.kind.value}", fix
    if transform.outward is None and direction is not Direction.IN:
        yield where, f"{transform.name} can't be undone, so nothing can be written back", 'Write direction = "in".'


def _reference(
    entity: Entity, ours: str, targets: dict[str, str], objects: dict[str, SourceTable]
) -> Iterator[Finding]:
    where = f"references.{ours}"
    definition = entity.references.get(ours)
    if definition is None:
        yield _unknown("references", ours, entity, list(entity.references))
        return
    for theirs, name in targets.items():
        if name not in objects:
            yield f"{where}.{theirs}", f"no source has the object {name!r}", f"Use {nearest(name, objects)}."
        elif objects[name].entity != definition.refers_to:
            fits = [one for one, table in objects.items() if table.entity == definition.refers_to]
            what = f"{name} holds {objects[name].entity}, not {definition.refers_to}"
            yield f"{where}.{theirs}", what, f"Use {nearest(name, fits)}."


def _constant(table: SourceTable, entity: Entity, ours: str, value: object) -> Iterator[Finding]:
    where = f"constants.{ours}"
    definition = entity.shared.get(ours)
    if definition is None or definition.kind is Kind.REFERENCE:
        yield _unknown("constants", ours, entity, [name for name in entity.shared if name not in entity.references])
    elif ours in table.fields:
        yield where, f"{ours} is a field of the source as well", "Keep one of the two."
    elif definition.kind is Kind.CHOICE and value not in definition.choices:
        yield where, f"{value!r} is no choice of {ours}", f"Use {nearest(str(value), definition.choices)}."
    else:
        try:
            typed(constant_value(value), definition.kind, ours)
        except ValueRefused as refused:
            yield where, f"{value!r} can't be {ours}", f"Use {refused.allowed}."


def constant_value(value: object) -> str | int | float | bool:
    """Return a TOML value as JSON would hold it."""
    return value if isinstance(value, str | int | float | bool) else str(value)


def _written_twice(table: SourceTable, entity: Entity) -> Iterator[Finding]:
    written: dict[str, str] = {}
    lines = [
        (f"fields.{ours}", line.field)
        for ours, line in table.fields.items()
        if ours in entity.fields and _direction(table, entity.fields[ours], line) is not Direction.IN
    ]
    if table.direction is not Direction.IN:
        lines += [(f"references.{ours}", theirs) for ours, targets in table.references.items() for theirs in targets]
    for where, theirs in lines:
        if theirs.casefold() in written:
            fix = 'Give one of them another field, or direction = "in".'
            yield where, f"{theirs} is written by {written[theirs.casefold()]} already", fix
        written.setdefault(theirs.casefold(), where)


def _required(table: SourceTable, entity: Entity) -> Iterator[Finding]:
    for definition in entity.fields.values():
        ours = definition.name
        if not definition.required or ours in table.constants:
            continue
        if definition.kind is Kind.REFERENCE:
            if ours not in table.references:
                yield (
                    "references",
                    f"{entity.name} needs {ours}, and nothing says who it is",
                    f"Add {ours} = {{ ... }}.",
                )
        elif ours not in table.fields:
            yield "fields", f"{entity.name} needs {ours}, and no field holds it", f'Add {ours} = "...".'
        elif (
            _direction(table, definition, table.fields[ours]) is Direction.OUT and table.direction is not Direction.OUT
        ):
            yield (
                f"fields.{ours}",
                f"{entity.name} needs {ours}, and it is never read",
                'Write direction = "in" or "both".',
            )
