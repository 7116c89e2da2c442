"""What stands where on a sheet: the columns of each section, and which field of which entity each one shows."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.domain.entities import ENTITIES, Field

KEYS = 1
"""The hidden column that says which record a row is."""
FIRST = 2


@dataclass(frozen=True)
class Column:
    """One column of a section: its heading, the field it shows (None: calculated here), where it begins, how wide.

    `fixed` ones are shown, and an edit of one is refused; `calculated` says that it is computed here.
    """

    heading: str
    field: str | None
    at: int
    span: int = 1
    fixed: bool = False

    @property
    def calculated(self) -> bool:
        """Whether nobody writes it but the calculation."""
        return self.field is None or self.field in ENTITIES["member"].calculated


@dataclass(frozen=True)
class Section:
    """Rows of one entity on a sheet; `blank` is how many empty rows there are for new records."""

    entity: str
    title: str
    columns: tuple[Column, ...]
    blank: int = 0

    def field(self, column: Column) -> Field | None:
        """Return the field that a column shows."""
        return ENTITIES[self.entity].fields[column.field] if column.field else None


GOAL = (
    ("Objective", "objective"),
    ("Where the member stood", "baseline"),
    ("Starts", "starts_on"),
    ("To be reached by", "due_on"),
    ("Confirmed on", "confirmed_on"),
    ("Confirmed by", "confirmed_by"),
    ("Priority", "priority"),
)
"""The lines of a Desired Outcome: label and field."""

REQUIREMENTS = Section(
    "requirement",
    "Conditions and Appropriate Experience",
    (
        Column("What must hold", "description", 2, 5),
        Column("Kind", "kind", 7, 2),
        Column("Essential", "essential", 9),
        Column("Last assessed", None, 10, 2, fixed=True),
    ),
    blank=3,
)
MILESTONES = Section(
    "milestone",
    "Success Milestones",
    (
        Column("Milestone", "name", 2),
        Column("Type", "type", 3),
        Column("First promised", "first_due_on", 4, fixed=True),
        Column("Due", "due_on", 5),
        Column("Achieved", "achieved_on", 6),
        Column("Reversed", "reversed_on", 7),
        Column("Standing", None, 8, fixed=True),
        Column("Inside our offering", "inside_offering", 9),
        Column("Evidence", "evidence_source", 10),
        Column("Weight", "weight", 11),
    ),
    blank=5,
)
ACCOUNTABILITIES = Section(
    "accountability",
    "Joint Accountability",
    (
        Column("Action", "name", 2),
        Column("Who", "party", 3),
        Column("Agreed", "agreed_on", 4),
        Column("Due", "due_on", 5),
        Column("Done", "done_on", 6),
        Column("Standing", None, 7, 2, fixed=True),
        Column("Milestone", "milestone", 9),
        Column("If it is not done", "consequence", 10, 2),
    ),
    blank=5,
)
MEMBERS = Section(
    "member",
    "Members",
    (
        Column("Member", "name", 2, fixed=True),
        Column("Segment", "coverage_segment", 3, fixed=True),
        Column("Owner", "owner", 4, fixed=True),
        Column("Preferred channel", "preferred_channel", 5),
        Column("Status", "vector_status", 6, fixed=True),
        Column("Score", "score", 7, fixed=True),
        Column("Low", "score_low", 8, fixed=True),
        Column("Needs attention", "intervention_flag", 9, fixed=True),
        Column("Why", "intervention_reason", 10, fixed=True),
        Column("Next step", "next_step", 11, fixed=True),
        Column("By", "next_step_by", 12, fixed=True),
        Column("Expansion", "expansion_flag", 13, fixed=True),
        Column("Advocacy", "advocacy_flag", 14, fixed=True),
        Column("Next milestone", "next_milestone", 15, fixed=True),
        Column("Due", "next_milestone_due", 16, fixed=True),
        Column("Complexity", "complexity", 17),
        Column("Risk", "risk", 18),
    ),
)
SECTIONS = {one.entity: one for one in (REQUIREMENTS, MILESTONES, ACCOUNTABILITIES, MEMBERS)}
WIDTHS = {2: 40, 3: 24, 4: 14, 5: 14, 6: 14, 7: 14, 8: 16, 9: 26, 10: 34, 11: 12}
"""Of a member's sheet, in characters."""
