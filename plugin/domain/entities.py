"""The canonical entities: what we keep of an association's members, whichever system it comes from.

One dictionary serves the store (a typed table each), the mappings (what a field can be mapped to) and the checks (what
another system's field must be able to hold). Names are those of the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of a canonical field. NUMBER is a float, MONEY a decimal with two places."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"
    MONEY = "money"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    REFERENCE = "reference"


@dataclass(frozen=True)
class Field:
    """One canonical field. `calculated` ones are ours alone: computed here, written out, never read in."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    refers_to: str | None = None
    required: bool = False
    calculated: bool = False
    decimals: int | None = None


@dataclass(frozen=True)
class Entity:
    """One canonical entity: its `fields` by name, and the reference that names its parent, if it has one."""

    name: str
    fields: dict[str, Field]
    parent: str | None = None

    @property
    def references(self) -> dict[str, Field]:
        """The fields that name another record."""
        return {name: field for name, field in self.fields.items() if field.kind is Kind.REFERENCE}

    @property
    def calculated(self) -> dict[str, Field]:
        """The fields that only we write."""
        return {name: field for name, field in self.fields.items() if field.calculated}

    @property
    def shared(self) -> dict[str, Field]:
        """The fields that other systems and people may edit."""
        return {name: field for name, field in self.fields.items() if not field.calculated}


def text(name: str, *, required: bool = False) -> Field:
    """A line of text."""
    return Field(name, Kind.TEXT, required=required)


def long_text(name: str) -> Field:
    """Text of any length."""
    return Field(name, Kind.LONG_TEXT)


def date(name: str, *, required: bool = False) -> Field:
    """A day without a time."""
    return Field(name, Kind.DATE, required=required)


def number(name: str) -> Field:
    """A number with decimals."""
    return Field(name, Kind.NUMBER)


def money(name: str) -> Field:
    """An amount of the association's currency, to the cent."""
    return Field(name, Kind.MONEY)


def integer(name: str) -> Field:
    """A whole number."""
    return Field(name, Kind.INTEGER)


def boolean(name: str) -> Field:
    """Yes or no."""
    return Field(name, Kind.BOOLEAN)


def choice(name: str, *choices: str, required: bool = False) -> Field:
    """One of a few words."""
    return Field(name, Kind.CHOICE, choices=choices, required=required)


def reference(name: str, refers_to: str, *, required: bool = False) -> Field:
    """Another canonical record."""
    return Field(name, Kind.REFERENCE, refers_to=refers_to, required=required)


def calculated(name: str, kind: Kind, *choices: str, decimals: int | None = None) -> Field:
    """A result that only we write."""
    return Field(name, kind, choices=choices, calculated=True, decimals=decimals)


def _entity(name: str, *fields: Field, parent: str | None = None) -> Entity:
    return Entity(name, {field.name: field for field in fields}, parent)


MILESTONE_TYPES = ("functional", "operational", "opportune", "strategic")
PARTIES = ("member_outside", "member_inside", "together", "us_behind_the_scenes")
STATUSES = ("no_goal", "arrived", "off_course", "on_course", "grace", "drifting", "holding")
EXPANSION_FLAGS = ("none", "wait", "teed_up", "ready", "accelerator")
ADVOCACY_FLAGS = ("none", "wait", "teed_up", "ready")
INTERVENTIONS = (
    "none",
    "off_course",
    "drifting",
    "success_gap",
    "stale",
    "no_goal",
    "key_contact_left",
    "billing_contact_only",
    "our_action_late",
)
SUCCESS_GAPS = ("none", "pending", "open")
ENGAGEMENT_DIRECTIONS = ("inbound_reactive", "outbound_reactive", "outbound_proactive")
CHANNELS = ("meeting_1_1", "async_1_1", "async_1_many", "video_1_many", "broadcast", "chat", "email")
LEVELS = ("low", "medium", "high")
CONTEXT_KINDS = (
    "progress",
    "activity",
    "usage",
    "change",
    "goal",
    "membership",
    "key_contact_left",
    "survey_answer",
)
CONTACT_ROLES = ("key_contact", "day_to_day", "billing", "other")
ANSWERS = ("taken", "declined")
OFFER_KINDS = ("upsell", "cross_sell", "seats", "adjacent_department", "accelerator")

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        _entity(
            "coverage_segment",
            text("name", required=True),
            choice("model", "inbound", "asynchronous", "synchronous", "task_force", "own"),
            number("hours_per_member_month"),
            long_text("playbook"),
        ),
        _entity(
            "expansion_offer",
            text("name", required=True),
            choice("kind", *OFFER_KINDS),
            money("yearly_value"),
            boolean("active"),
        ),
        _entity(
            "member",
            text("name", required=True),
            choice("kind", "organisation", "person"),
            date("joined_on"),
            date("paid_through"),
            date("ended_on"),
            text("owner"),
            choice("preferred_channel", *CHANNELS),
            integer("industry_experience"),
            integer("staff"),
            choice("operations_sophistication", *LEVELS),
            choice("complexity", *LEVELS),
            choice("risk", *LEVELS),
            reference("coverage_segment", "coverage_segment"),
            text("coverage_reason"),
            text("persona"),
            text("communication_segments"),
            number("service_hours"),
            long_text("handover_note"),
            date("handed_over_on"),
            text("handed_over_from"),
            calculated("vector_status", Kind.CHOICE, *STATUSES),
            calculated("status_reason", Kind.TEXT),
            calculated("score", Kind.NUMBER, decimals=1),
            calculated("score_low", Kind.NUMBER, decimals=1),
            calculated("direction", Kind.NUMBER, decimals=4),
            calculated("magnitude", Kind.NUMBER, decimals=4),
            calculated("pace", Kind.NUMBER, decimals=4),
            calculated("progress", Kind.NUMBER, decimals=4),
            calculated("known_requirements", Kind.NUMBER, decimals=4),
            calculated("stale", Kind.BOOLEAN),
            calculated("success_gap", Kind.CHOICE, *SUCCESS_GAPS),
            calculated("success_gap_since", Kind.DATE),
            calculated("next_milestone", Kind.TEXT),
            calculated("next_milestone_due", Kind.DATE),
            calculated("expansion_flag", Kind.CHOICE, *EXPANSION_FLAGS),
            calculated("expansion_offer_name", Kind.TEXT),
            calculated("expansion_value", Kind.MONEY, decimals=2),
            calculated("expansion_reason", Kind.TEXT),
            calculated("expansion_since", Kind.DATE),
            calculated("advocacy_flag", Kind.CHOICE, *ADVOCACY_FLAGS),
            calculated("advocacy_ask", Kind.TEXT),
            calculated("advocacy_reason", Kind.TEXT),
            calculated("intervention_flag", Kind.CHOICE, *INTERVENTIONS),
            calculated("intervention_reason", Kind.TEXT),
            calculated("next_step", Kind.TEXT),
            calculated("next_step_by", Kind.DATE),
            calculated("explanation", Kind.LONG_TEXT),
            calculated("vector_terms", Kind.LONG_TEXT),
            calculated("scored_as_of", Kind.DATE),
            calculated("definition_version", Kind.INTEGER),
        ),
        _entity(
            "desired_outcome",
            text("name"),
            reference("member", "member", required=True),
            long_text("objective"),
            long_text("baseline"),
            date("starts_on"),
            date("due_on"),
            date("closed_on"),
            text("closed_reason"),
            date("confirmed_on"),
            text("confirmed_by"),
            number("priority"),
            reference("supersedes", "desired_outcome"),
            text("template"),
            parent="member",
        ),
        _entity(
            "requirement",
            reference("desired_outcome", "desired_outcome", required=True),
            choice("kind", "condition", "experience", required=True),
            long_text("description"),
            boolean("essential"),
            parent="desired_outcome",
        ),
        _entity(
            "milestone",
            text("name"),
            reference("desired_outcome", "desired_outcome", required=True),
            choice("type", *MILESTONE_TYPES, required=True),
            number("weight"),
            date("first_due_on"),
            date("due_on"),
            date("achieved_on"),
            date("reversed_on"),
            text("metric_name"),
            number("metric_baseline"),
            number("metric_target"),
            number("carried_credit"),
            boolean("inside_offering"),
            text("evidence_source"),
            reference("expansion_offer", "expansion_offer"),
            text("advocacy_ask"),
            integer("advocacy_level"),
            money("expected_value"),
            parent="desired_outcome",
        ),
        _entity(
            "accountability",
            text("name"),
            reference("desired_outcome", "desired_outcome", required=True),
            reference("milestone", "milestone"),
            choice("party", *PARTIES, required=True),
            date("agreed_on"),
            date("due_on"),
            date("done_on"),
            long_text("consequence"),
            parent="desired_outcome",
        ),
        _entity(
            "reading",
            reference("desired_outcome", "desired_outcome", required=True),
            reference("milestone", "milestone"),
            reference("requirement", "requirement"),
            date("read_on", required=True),
            number("value"),
            choice("state", "met", "breached"),
            long_text("note"),
            parent="desired_outcome",
        ),
        _entity(
            "engagement",
            reference("member", "member", required=True),
            text("subject"),
            choice("direction", *ENGAGEMENT_DIRECTIONS),
            choice("channel", *CHANNELS),
            date("happened_on"),
            reference("milestone", "milestone"),
            choice("contact_role", *CONTACT_ROLES),
            parent="member",
        ),
        _entity(
            "context_event",
            reference("member", "member", required=True),
            choice("kind", *CONTEXT_KINDS),
            date("happened_on"),
            long_text("description"),
            text("who"),
            boolean("strong"),
            text("key"),
            parent="member",
        ),
        _entity(
            "response",
            reference("member", "member", required=True),
            text("offer"),
            text("ask"),
            integer("ask_level"),
            date("shown_on"),
            choice("answer", *ANSWERS),
            date("answered_on"),
            money("yearly_value"),
            text("source"),
            text("key"),
            parent="member",
        ),
        _entity(
            "dues_history",
            reference("member", "member", required=True),
            date("period_start"),
            date("period_end"),
            money("amount"),
            date("recorded_on"),
            parent="member",
        ),
        _entity(
            "vector_snapshot",
            reference("member", "member", required=True),
            date("taken_on", required=True),
            choice("status", *STATUSES),
            number("score"),
            number("score_low"),
            number("direction"),
            number("magnitude"),
            number("pace"),
            number("progress"),
            integer("definition_version"),
            parent="member",
        ),
    )
}
"""By name, parents before children."""
