"""Which coverage segment fits a member: ordered rules over the Appropriate Experience, the first that holds decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plugin.domain.appropriate_experience import Profile, Value
from plugin.domain.words import quoted


@dataclass(frozen=True)
class RuleCondition:
    """One thing that must hold: the attribute is `one_of` these words, or a number within `least` and `most`."""

    attribute: str
    one_of: tuple[Value, ...] = ()
    least: int | None = None
    most: int | None = None

    def holds(self, value: Value | None) -> bool:
        """Tell whether it holds for a value; what is not known holds for nothing."""
        if value is None:
            return False
        if self.one_of:
            return value in self.one_of
        number = int(value)
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)

    def said(self, value: Value | None) -> str:
        """Return it as people say it, with the member's value."""
        name = self.attribute.replace("_", " ")
        if self.one_of:
            return f"{name} is {str(value).replace('_', ' ')}"
        bounds = (("at least", self.least), ("at most", self.most))
        asked = " and ".join(f"{words} {bound}" for words, bound in bounds if bound is not None)
        return f"{name} is {value}, {asked}"


@dataclass(frozen=True)
class CoverageRule:
    """Members for which every condition holds belong to `segment`; a rule without conditions takes everybody left."""

    name: str
    segment: str
    conditions: tuple[RuleCondition, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """The segment that the rules give, by which rule and why; both None where no rule holds.

    `unknown` are the attributes that rules before the deciding one asked for and nobody has told.
    """

    segment: str | None
    rule: str | None
    why: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Override:
    """A person's decision for a segment, with the reason that was given for it, if one was."""

    segment: str
    reason: str = ""


@dataclass(frozen=True)
class Coverage:
    """A member's segment in force: a person's decision where there is one, else the rules'."""

    member: str
    name: str
    assignment: Assignment
    override: Override | None = None

    @property
    def segment(self) -> str | None:
        """The segment that counts."""
        return self.override.segment if self.override else self.assignment.segment

    @property
    def disagrees(self) -> bool:
        """Whether a person decided otherwise than the rules would."""
        rule = self.assignment.segment
        return self.override is not None and rule is not None and self.override.segment.casefold() != rule.casefold()

    @property
    def why(self) -> str:
        """Why it counts, and where a person decided, what the rules say."""
        if self.override is None:
            return self.assignment.why
        decided = f"a person decided: {self.override.reason or 'no reason given'}"
        return (
            f"{decided}; the rules say {self.assignment.segment} ({self.assignment.why})" if self.disagrees else decided
        )


def assign(rules: Sequence[CoverageRule], profile: Profile) -> Assignment:
    """Return the segment of the first rule that holds for this profile."""
    unknown: dict[str, None] = {}
    for rule in rules:
        if all(one.holds(profile[one.attribute]) for one in rule.conditions):
            said = ", ".join(one.said(profile[one.attribute]) for one in rule.conditions) or "no other rule applies"
            return Assignment(rule.segment, rule.name, f"rule {quoted(rule.name)}: {said}", tuple(unknown))
        unknown.update({one.attribute: None for one in rule.conditions if profile[one.attribute] is None})
    return Assignment(None, None, "no rule applies", tuple(unknown))


def cover(
    rules: Sequence[CoverageRule], members: Iterable[tuple[str, str, Profile, Override | None]]
) -> list[Coverage]:
    """Return the coverage of each member: id, name, profile and a person's decision, if there is one."""
    return [Coverage(key, name, assign(rules, profile), override) for key, name, profile, override in members]
