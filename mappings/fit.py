"""Whether one field of theirs can hold, give and take what one field of ours needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from connectors.base import FieldSchema
from mappings.model import FieldMap
from plugin.domain.entities import Kind

Severity = Literal["error", "warning"]
Finding = tuple[str, str, Severity]
"""What is wrong, the fix, and how bad it is."""

_TEXTS = frozenset({"text", "long_text"})
_NUMBERS = frozenset({"number", "integer"})
_READ_FROM: dict[Kind, frozenset[str]] = {
    Kind.TEXT: _TEXTS | {"choice", "multi_choice", "reference", "id"},
    Kind.LONG_TEXT: _TEXTS | {"choice", "multi_choice"},
    Kind.CHOICE: _TEXTS | {"choice"},
    Kind.DATE: frozenset({"date"}),
    Kind.DATETIME: frozenset({"datetime"}),
    Kind.NUMBER: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.INTEGER: _NUMBERS,
    Kind.BOOLEAN: frozenset({"boolean"}),
}
_WRITTEN_TO: dict[Kind, frozenset[str]] = {
    **_READ_FROM,
    Kind.TEXT: _TEXTS | {"choice"},
    Kind.LONG_TEXT: _TEXTS,
    Kind.NUMBER: frozenset({"number"}),
    Kind.MONEY: frozenset({"number"}),
}
_ROOM = {Kind.TEXT: 80, Kind.LONG_TEXT: 1000}
_CALCULATED_ROOM = {Kind.TEXT: 255, Kind.LONG_TEXT: 4000}
_SHOWN = 12


def problems_of(line: FieldMap, field: FieldSchema, creates: bool) -> Iterator[Finding]:
    """Yield what keeps the field of theirs from serving this line; `creates`: records of ours are created there."""
    yield from _permission(line, field, creates)
    types = _types(line)
    if field.type not in types:
        fix = f"Map it to a field of type {' or '.join(sorted(types))}{_hint(line, field)}."
        yield f"a {field.type} field can't hold {line.ours.name}, a {line.ours.kind.value}", fix, "error"
        return
    if line.inbound and field.formula:
        yield (
            "it is a formula, and a change of its result moves neither the record's stamp nor a flow",
            "Map the fields it is made of, or live with learning of changes when the record itself changes.",
            "warning",
        )
    if line.outbound:
        yield from _room(line, field)
    if line.ours.kind is Kind.CHOICE and field.type == "choice":
        yield from _choices(line, field)
    if line.inbound and line.ours.kind is Kind.INTEGER and field.type == "number" and field.scale != 0:
        yield f"{line.ours.name} is a whole number, and this field has decimals", "Give it no decimals.", "error"


def _permission(line: FieldMap, field: FieldSchema, creates: bool) -> Iterator[Finding]:
    if not line.outbound:
        return
    if field.formula:
        yield "it is a formula and can't be written", "Map another field, or write direction = 'in'.", "error"
    elif not field.createable and not field.updateable:
        yield (
            "it is read-only, or we lack the permission to edit it",
            "Grant edit access in our integration permission set, or write direction = 'in'.",
            "error",
        )
    elif not field.updateable or (creates and not field.createable):
        missing = "updated" if not field.updateable else "set when a record is created"
        yield f"it can't be {missing}", "Grant edit access, or write direction = 'in'.", "error"


def _types(line: FieldMap) -> frozenset[str]:
    if line.transform:
        return line.transform.types
    read, written = _READ_FROM[line.ours.kind], _WRITTEN_TO[line.ours.kind]
    if line.inbound and line.outbound:
        return read & written
    return read if line.inbound else written


def _hint(line: FieldMap, field: FieldSchema) -> str:
    if line.ours.kind is Kind.DATE and field.type == "datetime":
        return ", or read it with transform = 'date_of'"
    return ""


def _room(line: FieldMap, field: FieldSchema) -> Iterator[Finding]:
    kind = line.ours.kind
    if kind in _ROOM and field.max_length:
        needed = (_CALCULATED_ROOM if line.ours.calculated else _ROOM)[kind]
        if field.max_length < needed:
            what = f"it takes {field.max_length} characters, and {line.ours.name} may need {needed}"
            yield what, f"Make it at least {needed} long.", "error" if line.ours.calculated else "warning"
    if kind is Kind.TEXT and field.type == "choice" and field.choices_restricted:
        yield "a restricted picklist can't hold free text", "Map it to a text field.", "error"
    if kind is Kind.CHOICE and field.type in _TEXTS and field.max_length:
        longest = max(_spellings(line), key=len)
        if len(longest) > field.max_length:
            yield f"{longest!r} is longer than its {field.max_length} characters", "Make it longer.", "error"
    yield from _decimals(line, field)


def _decimals(line: FieldMap, field: FieldSchema) -> Iterator[Finding]:
    needed = 2 if line.ours.kind is Kind.MONEY else line.ours.decimals
    if field.type != "number" or field.scale is None or line.ours.kind not in {Kind.NUMBER, Kind.MONEY}:
        return
    if line.transform and line.transform.name == "percent" and needed is not None:
        needed = max(0, needed - 2)
    if needed is not None and field.scale < needed:
        what = f"it keeps {field.scale} decimals, and {line.ours.name} has {needed}"
        yield what, f"Give it {needed} decimals.", "error"
    elif needed is None and field.scale == 0:
        yield f"it keeps no decimals, and {line.ours.name} may have some", "Give it decimals.", "warning"


def _spellings(line: FieldMap) -> list[str]:
    return [many[0] for many in line.values.values()] if line.values else list(line.ours.choices)


def _choices(line: FieldMap, field: FieldSchema) -> Iterator[Finding]:
    offered = {choice.casefold() for choice in field.choices}
    known = {each for many in line.values.values() for each in many} if line.values else set(line.ours.choices)
    if line.outbound:
        unknown = [each for each in _spellings(line) if each.casefold() not in offered]
        if unknown and field.choices_restricted:
            what = f"{_listed(unknown)} isn't among its values, and the picklist is restricted"
            yield what, f"Add it to the picklist, or use one of {_listed(field.choices)}.", "error"
        elif unknown:
            yield (
                f"{_listed(unknown)} isn't among its values",
                "Add it to the picklist, so that people see it.",
                "warning",
            )
    if line.inbound:
        folded = {each.casefold() for each in known}
        strange = [each for each in field.choices if each.casefold() not in folded]
        if strange:
            fix = f"Add it to `values`, or take it off the picklist; we know {_listed(sorted(known))}."
            yield f"records with {_listed(strange)} will be refused: the mapping doesn't know it", fix, "warning"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(repr(name) for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
