"""The engagement mix: how people and members meet, as a management view. It is never credit in the vector."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plugin.domain.entities import CHANNELS, ENGAGEMENT_DIRECTIONS

INBOUND, REACTIVE, PROACTIVE = ENGAGEMENT_DIRECTIONS
MEETINGS = ("meeting_1_1", "video_1_many")
WRITTEN = tuple(channel for channel in CHANNELS if channel not in MEETINGS)
MODEL_CHANNELS: Mapping[str, tuple[str, ...]] = {
    "inbound": tuple(channel for channel in CHANNELS if channel not in ("meeting_1_1", "async_1_1")),
    "asynchronous": WRITTEN,
    "synchronous": CHANNELS,
    "task_force": CHANNELS,
}
"""The channels that each coverage model means: inbound has nobody of its own, asynchronous does not meet."""
SILENT, ENGAGEMENT_ONLY, CONTEXT_ONLY, BOTH = "neither", "engagement only", "context only", "both"


@dataclass(frozen=True)
class Interaction:
    """One engagement with a member: whose, in which segment, and whether it is tied to a milestone."""

    member: str
    msm: str
    segment: str
    model: str | None
    direction: str | None
    channel: str | None
    on_milestone: bool


@dataclass(frozen=True)
class Mix:
    """What a group's engagements are made of. The shares are of those of which it is known; None where of none."""

    name: str
    engagements: int
    directions: Mapping[str, int]
    channels: Mapping[str, int]
    on_milestone: int
    as_covered: int
    otherwise: int

    def share(self, direction: str) -> Fraction | None:
        """Return the share of one of `ENGAGEMENT_DIRECTIONS`."""
        return _of(self.directions.get(direction, 0), sum(self.directions.values()))

    @property
    def tied(self) -> Fraction | None:
        """The share that is tied to a milestone: driven by context."""
        return _of(self.on_milestone, self.engagements)

    @property
    def covered(self) -> Fraction | None:
        """The share on the channels that the members' segments mean."""
        return _of(self.as_covered, self.as_covered + self.otherwise)

    @property
    def remark(self) -> str:
        """What stands out, if anything does."""
        proactive, reactive = self.share(PROACTIVE), self.share(INBOUND)
        if proactive is None or reactive is None:
            return ""
        said = []
        if reactive > Fraction(1, 2):
            said.append("mostly answers: get ahead of the members")
        if self.tied is not None and self.tied < Fraction(1, 4):
            said.append("few engagements are tied to a milestone")
        if self.covered is not None and self.covered < Fraction(3, 4):
            said.append("many on channels that the segment does not mean")
        return "; ".join(said)


def mix_by(interactions: Iterable[Interaction], group: Callable[[Interaction], str]) -> list[Mix]:
    """Return the mix of each group of engagements, in order of name."""
    grouped: dict[str, list[Interaction]] = defaultdict(list)
    for one in interactions:
        grouped[group(one)].append(one)
    return [_mix(name, rows) for name, rows in sorted(grouped.items())]


def _mix(name: str, rows: Sequence[Interaction]) -> Mix:
    meant = ((one.channel, MODEL_CHANNELS.get(one.model or "")) for one in rows)
    judged = [channel in channels for channel, channels in meant if channel and channels]
    return Mix(
        name=name,
        engagements=len(rows),
        directions=Counter(one.direction for one in rows if one.direction),
        channels=Counter(one.channel for one in rows if one.channel),
        on_milestone=sum(one.on_milestone for one in rows),
        as_covered=sum(judged),
        otherwise=len(judged) - sum(judged),
    )


def relationship(engagements: int, context: int) -> str:
    """Return what a relationship is made of: we meet and know nothing, know and never meet, both, or neither."""
    if engagements and context:
        return BOTH
    if engagements:
        return ENGAGEMENT_ONLY
    return CONTEXT_ONLY if context else SILENT


def _of(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
