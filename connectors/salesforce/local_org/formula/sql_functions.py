"""The functions of formulas as SQL: what they take, what they come to. None of them can fail on any value."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.salesforce.local_org.formula.evaluate import no_null_text
from connectors.salesforce.local_org.formula.parse import FormulaError
from connectors.salesforce.local_org.formula.terms import (
    BOOLEAN,
    DATE,
    DATETIME,
    NOTHING,
    NUMBER,
    TEXT,
    Term,
    need,
    shared,
    wrong,
)

_WHOLE = "trunc(least(greatest({}, -1000000000), 1000000000))::integer"
_NUMBER = r"^\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))\s*$"


def whole(sql: str) -> str:
    """Return a number as a whole one that any function of PostgreSQL takes."""
    return _WHOLE.format(sql)


def equality(sign: str, left: Term, right: Term) -> Term:
    """Return a comparison in which blank equals blank."""
    kind = left.kind if left.kind != NOTHING else right.kind
    if kind == NOTHING:
        return Term("true" if sign == "=" else "false", BOOLEAN)
    a, b = (need(sign, kind, term, "operator") for term in (left, right))
    if kind == TEXT:
        return Term(f"(coalesce({a}, '') {sign} coalesce({b}, ''))", BOOLEAN)
    return Term(f"({a} IS {'NOT ' if sign == '=' else ''}DISTINCT FROM {b})", BOOLEAN)


def _all(name: str, terms: Sequence[Term]) -> Term:
    tests = [f"{need(name, BOOLEAN, term)} IS TRUE" for term in terms]
    return Term("(" + f" {name} ".join(tests) + ")", BOOLEAN)


def _if(name: str, terms: Sequence[Term]) -> Term:
    kind = shared(name, terms[1:])
    test, *ways = need(name, BOOLEAN, terms[0]), *(need(name, kind, term) for term in terms[1:])
    return Term(f"CASE WHEN {test} IS TRUE THEN {ways[0]} ELSE {ways[1]} END", kind)


def _case(name: str, terms: Sequence[Term]) -> Term:
    value, *pairs, otherwise = terms
    kind = shared(name, [*pairs[1::2], otherwise])
    shared(name, [value, *pairs[::2]])
    ways = [
        f"WHEN {equality('=', value, wanted).sql} THEN {need(name, kind, result)}"
        for wanted, result in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return Term(f"CASE {' '.join(ways)} ELSE {need(name, kind, otherwise)} END", kind)


def _blank(name: str, terms: Sequence[Term]) -> Term:
    (term,) = terms
    if name == "ISNULL" and term.kind == TEXT:
        raise FormulaError(no_null_text(name))
    return Term(f"(coalesce({term.sql}, '') = '')" if term.kind == TEXT else f"({term.sql} IS NULL)", BOOLEAN)


def _instead(name: str, terms: Sequence[Term]) -> Term:
    kind = shared(name, terms)
    if name == "NULLVALUE" and kind == TEXT:
        raise FormulaError(no_null_text(name))
    first, second = (need(name, kind, term) for term in terms)
    return Term(f"coalesce({f'nullif({first}, {chr(39) * 2})' if kind == TEXT else first}, {second})", kind)


def _extreme(name: str, terms: Sequence[Term]) -> Term:
    parts = [need(name, NUMBER, term) for term in terms]
    missing = " OR ".join(f"{part} IS NULL" for part in parts)
    chosen = "least" if name == "MIN" else "greatest"
    return Term(f"CASE WHEN {missing} THEN NULL ELSE {chosen}({', '.join(parts)}) END", NUMBER)


def _text(name: str, terms: Sequence[Term]) -> Term:
    (term,) = terms
    forms = {
        TEXT: "coalesce({}, '')",
        NUMBER: "coalesce(trim_scale({})::text, '')",
        DATE: "coalesce(to_char({}, 'YYYY-MM-DD'), '')",
        DATETIME: "coalesce(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"'), '')",
    }
    if term.kind not in forms:
        raise wrong(name, "Number, Date, DateTime, Picklist", term)
    return Term(forms[term.kind].format(term.sql), TEXT)


def _find(name: str, terms: Sequence[Term]) -> Term:
    part, text = (f"coalesce({need(name, TEXT, term)}, '')" for term in terms[:2])
    start = f"greatest(1, coalesce({whole(need(name, NUMBER, terms[2]))}, 1))" if len(terms) == 3 else "1"
    place = f"strpos(substr({text}, {start}), {part})"
    found = f"CASE WHEN {part} = '' OR {place} = 0 THEN 0 ELSE {place} + {start} - 1 END"
    return Term(f"({found})::numeric", NUMBER)


def _day(name: str, terms: Sequence[Term]) -> Term:
    year, month, day = (whole(need(name, NUMBER, term)) for term in terms)
    first = f"make_date(least(greatest({year}, 1), 9999), least(greatest({month}, 1), 12), 1)"
    there = f"{first} + least(greatest({day}, 1), 31) - 1"
    same = (
        f"(extract(year FROM {there}), extract(month FROM {there}), extract(day FROM {there}))"
        f" = ({year}, {month}, {day})"
    )
    return Term(f"CASE WHEN {same} THEN {there} END", DATE)


def _months_later(name: str, terms: Sequence[Term]) -> Term:
    day, months = need(name, DATE, terms[0]), whole(need(name, NUMBER, terms[1]))
    count = f"(extract(year FROM {day})::integer * 12 + extract(month FROM {day})::integer - 1 + {months})"
    month = f"make_date(least(greatest({count} / 12, 1), 9999), greatest({count} %% 12, 0) + 1, 1)"
    last = f"({month} + interval '1 month' - interval '1 day')::date"
    is_last = f"extract(day FROM {day} + 1) = 1"
    there = f"CASE WHEN {is_last} THEN {last} ELSE least({last}, {month} + extract(day FROM {day})::integer - 1) END"
    return Term(f"CASE WHEN {count} BETWEEN 12 AND 119999 THEN {there} END", DATE)


SHAPED: dict[str, Callable[[str, Sequence[Term]], Term]] = {
    "AND": _all, "OR": _all, "IF": _if, "CASE": _case, "ISBLANK": _blank, "ISNULL": _blank, "BLANKVALUE": _instead,
    "NULLVALUE": _instead, "TEXT": _text, "MIN": _extreme, "MAX": _extreme, "FIND": _find, "DATE": _day,
    "ADDMONTHS": _months_later,
}  # fmt: skip
"""Functions whose result depends on the kinds of their arguments, or whose arguments vary in number."""

PLAIN: dict[str, tuple[str, tuple[str, ...], str]] = {
    "NOT": ("({} IS NOT TRUE)", (BOOLEAN,), BOOLEAN),
    "ISPICKVAL": ("(coalesce({}, '') = coalesce({}, ''))", (TEXT, TEXT), BOOLEAN),
    "INCLUDES": ("(coalesce({1}, '') = ANY(string_to_array(coalesce({0}, ''), ';')))", (TEXT, TEXT), BOOLEAN),
    "ISNUMBER": (f"(coalesce({{}}, '') ~ '{_NUMBER}')", (TEXT,), BOOLEAN),
    "VALUE": (f"substring({{}} FROM '{_NUMBER}')::numeric", (TEXT,), NUMBER),
    "LEN": ("length(coalesce({}, ''))::numeric", (TEXT,), NUMBER),
    "LEFT": (f"left({{}}, greatest(0, {_WHOLE}))", (TEXT, NUMBER), TEXT),
    "RIGHT": (f"right({{}}, greatest(0, {_WHOLE}))", (TEXT, NUMBER), TEXT),
    "MID": (f"substr({{}}, greatest(1, {_WHOLE}), greatest(0, {_WHOLE}))", (TEXT, NUMBER, NUMBER), TEXT),
    "SUBSTITUTE": ("replace(coalesce({}, ''), coalesce({}, ''), coalesce({}, ''))", (TEXT, TEXT, TEXT), TEXT),
    "TRIM": ("btrim({})", (TEXT,), TEXT),
    "UPPER": ("upper({})", (TEXT,), TEXT),
    "LOWER": ("lower({})", (TEXT,), TEXT),
    "CONTAINS": ("(strpos(coalesce({}, ''), coalesce({}, '')) > 0)", (TEXT, TEXT), BOOLEAN),
    "BEGINS": ("starts_with(coalesce({}, ''), coalesce({}, ''))", (TEXT, TEXT), BOOLEAN),
    "ABS": ("abs({})", (NUMBER,), NUMBER),
    "MOD": ("({} %% nullif({}, 0))", (NUMBER, NUMBER), NUMBER),
    "ROUND": (f"round({{}}, {_WHOLE})", (NUMBER, NUMBER), NUMBER),
    "CEILING": ("(sign({0}) * ceil(abs({0})))", (NUMBER,), NUMBER),
    "FLOOR": ("(sign({0}) * floor(abs({0})))", (NUMBER,), NUMBER),
    "MCEILING": ("ceil({})", (NUMBER,), NUMBER),
    "MFLOOR": ("floor({})", (NUMBER,), NUMBER),
    "YEAR": ("extract(year FROM {})", (DATE,), NUMBER),
    "MONTH": ("extract(month FROM {})", (DATE,), NUMBER),
    "DAY": ("extract(day FROM {})", (DATE,), NUMBER),
    "WEEKDAY": ("(extract(dow FROM {}) + 1)", (DATE,), NUMBER),
}
"""Functions by their SQL, the kinds of their arguments and that of their result."""
