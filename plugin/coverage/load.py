"""Reading coverage rules: TOML in, ordered rules out, or all that is wrong with the file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mappings.dues_blind import about_money
from mappings.reports import nearest
from mappings.toml_file import read_toml
from plugin.domain.appropriate_experience import ATTRIBUTES, Attribute
from plugin.domain.coverage_rules import CoverageRule, RuleCondition
from plugin.errors import Problem, Problems

SHIPPED = Path(__file__).parent / "association.toml"
BOUNDS = ("at_least", "at_most")
_DUES_BLIND = (
    "Coverage never looks at money: members who pay very different dues may need the same way there, and members who "
    f"pay the same a different one. Use {', '.join(ATTRIBUTES)}."
)


def load(path: Path = SHIPPED) -> tuple[CoverageRule, ...]:
    """Return the rules in a file, in their order.

    Raises Problems with everything that is wrong in the file, UserError where it can't be read.
    """
    content = read_toml(path, "coverage rules", "docs/member-success.md")
    found = list(_problems(content))
    if found:
        raise Problems.within(f"The coverage rules {path.name}", found)
    return tuple(
        CoverageRule(rule["name"], rule["segment"], tuple(map(_condition, rule.get("when", {}).items())))
        for rule in content["rule"]
    )


def _condition(line: tuple[str, Any]) -> RuleCondition:
    attribute, wanted = line
    if isinstance(wanted, Mapping):
        return RuleCondition(attribute, least=wanted.get("at_least"), most=wanted.get("at_most"))
    return RuleCondition(attribute, tuple(wanted) if isinstance(wanted, list) else (wanted,))


def _problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    for key in content.keys() - {"rule"}:
        yield Problem(key, "there is no such key", "Rules stand in tables called [[rule]].")
    rules = content.get("rule")
    if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules):
        yield Problem("rule", "there are no rules", "Add a [[rule]] with a name, a segment and `when`.")
        return
    for number, rule in enumerate(rules, 1):
        where = f'rule {number} "{rule.get("name", "?")}"'
        for key in rule.keys() - {"name", "segment", "when"}:
            yield Problem(f"{where}: {key}", "there is no such key", "A rule has name, segment and when.")
        for key in ("name", "segment"):
            if not isinstance(rule.get(key), str) or not rule[key].strip():
                yield Problem(f"{where}: {key}", "it is missing", "Add it, as text.")
        when = rule.get("when", {})
        if not isinstance(when, Mapping):
            yield Problem(f"{where}: when", f"{when!r} doesn't fit", 'Write it like { risk = "high" }.')
            continue
        if not when and number < len(rules):
            yield Problem(where, "it takes everybody, and rules come after it", "Move it to the end, or add `when`.")
        for attribute, wanted in when.items():
            yield from _wrong_condition(f"{where}: when.{attribute}", attribute, wanted)


def _wrong_condition(where: str, name: str, wanted: Any) -> Iterator[Problem]:
    if name not in ATTRIBUTES:
        if about_money(name):
            yield Problem(where, f"{name} is about what a member pays", _DUES_BLIND)
        else:
            yield Problem(where, "there is no such attribute", f"Use {nearest(name, ATTRIBUTES)}.")
        return
    attribute = ATTRIBUTES[name]
    yield from _wrong_words(where, attribute, wanted) if attribute.words else _wrong_number(where, wanted)


def _wrong_words(where: str, attribute: Attribute, wanted: Any) -> Iterator[Problem]:
    listed: Sequence[Any] = wanted if isinstance(wanted, list) else [wanted]
    if not listed:
        yield Problem(where, "the list is empty", f"Name one or more of {', '.join(attribute.words)}.")
    for word in listed:
        if word not in attribute.words:
            yield Problem(where, f"{word!r} isn't known", f"Use {nearest(str(word), attribute.words)}.")


def _wrong_number(where: str, wanted: Any) -> Iterator[Problem]:
    fix = "Write a range like { at_least = 10 } or { at_least = 10, at_most = 49 }, in whole numbers."
    if not isinstance(wanted, Mapping) or not wanted or wanted.keys() - set(BOUNDS):
        yield Problem(where, f"{wanted!r} is no range", fix)
    elif any(isinstance(bound, bool) or not isinstance(bound, int) for bound in wanted.values()):
        yield Problem(where, f"{dict(wanted)!r} holds what is no whole number", fix)
    elif len(wanted) == len(BOUNDS) and wanted["at_least"] > wanted["at_most"]:
        yield Problem(where, f"nothing is at least {wanted['at_least']} and at most {wanted['at_most']}", fix)
