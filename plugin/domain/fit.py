"""Which plan template fits a member: by persona, kind and coverage segment, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.domain.plan import PlanTemplate
from plugin.domain.words import quoted

_KINDS = {"organisation": "an organisation", "person": "a person"}


@dataclass(frozen=True)
class Candidate:
    """What is known of a member that decides on a plan; never what it pays, and never its score."""

    persona: str | None = None
    kind: str | None = None
    segment: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class Fit:
    """The template that fits, or None, and why."""

    template: PlanTemplate | None
    why: str


def fit(templates: Sequence[PlanTemplate], who: Candidate) -> Fit:
    """Return the template for a member.

    The persona decides first. Of several templates for it, one that lists the member's segment comes before one that
    takes every segment; then the first in the order given. A segment of the association's own that no template lists
    keeps nothing out. Without a persona, `when_unknown` decides by kind.
    """
    kind_fits = [one for one in templates if not one.kinds or who.kind is None or who.kind in one.kinds]
    if who.persona is None:
        assumed = [one for one in kind_fits if who.kind in one.when_unknown]
        why = f"nobody knows the persona, and this is assumed of {_KINDS.get(who.kind or '', 'such a member')}"
    else:
        assumed = [one for one in kind_fits if who.persona in one.personas]
        assumed = assumed or [one for one in kind_fits if not one.personas]
        why = f"the persona is {_said(who.persona)}"
    if not assumed:
        missing = "the persona is not known" if who.persona is None else why
        return Fit(None, f"no template fits: {missing}")
    listed = [one for one in assumed if one.segments and _in_segment(one, who)]
    everywhere = [one for one in assumed if not one.segments or who.model in (None, "own")]
    if not listed and not everywhere:
        return Fit(None, f"no template fits: {why}, and none is for the segment {quoted(who.segment or '')}")
    chosen = (listed or everywhere)[0]
    where = f", the segment {quoted(who.segment or '')}" if listed else ""
    return Fit(chosen, f"{why}{where}")


def _in_segment(template: PlanTemplate, who: Candidate) -> bool:
    names = {one.casefold() for one in template.segments}
    return any(name.casefold() in names for name in (who.segment, who.model) if name)


def _said(key: str) -> str:
    return quoted(key.replace("_", " "))
