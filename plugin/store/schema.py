"""The tables: one for each canonical entity, built from `plugin.domain.entities`, and the engine's own.

Money is numeric with two places, instants carry a time zone, a reference is a uuid without a foreign key: a child may
arrive before its parent.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from plugin.domain.entities import ENTITIES, Entity, Field, Kind
from plugin.store.spelling import alike

metadata = sa.MetaData(
    naming_convention={"pk": "%(table_name)s_pkey", "uq": "%(table_name)s_%(column_0_N_name)s_key"},
)

BOOKKEEPING = ("id", "created_at", "updated_at", "deleted_at")

_TYPES: dict[Kind, type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]] = {
    Kind.TEXT: sa.Text(),
    Kind.LONG_TEXT: sa.Text(),
    Kind.CHOICE: sa.Text(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(timezone=True),
    Kind.NUMBER: sa.Double(),
    Kind.MONEY: sa.Numeric(18, 2),
    Kind.INTEGER: sa.Integer(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.REFERENCE: sa.Uuid(),
}


def _column(field: Field) -> sa.Column[Any]:
    return sa.Column(field.name, _TYPES[field.kind])


def _instant(name: str, *, now: bool = False, nullable: bool = False) -> sa.Column[Any]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    default = None if nullable else sa.text("'{}'::jsonb")
    return sa.Column(name, JSONB(none_as_null=True), server_default=default, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _entity_table(entity: Entity) -> sa.Table:
    table = sa.Table(
        entity.name,
        metadata,
        sa.Column("id", sa.Uuid(), primary_key=True),
        *(_column(field) for field in entity.shared.values()),
        _instant("created_at", now=True),
        _instant("updated_at", now=True),
        _instant("deleted_at", nullable=True),
    )
    for name in entity.references:
        sa.Index(f"{entity.name}_{name}_idx", table.c[name])
    if "key" in entity.fields:
        sa.Index(f"{entity.name}_key_idx", table.c.key, unique=True)
    return table


TABLES: dict[str, sa.Table] = {name: _entity_table(entity) for name, entity in ENTITIES.items()}
"""The entities' tables by name; calculated fields are not in them."""

FOUND_BY_NAME = ("member", "coverage_segment", "expansion_offer", "desired_outcome")
"""Entities with an index on their names, whatever their case and space."""

for _matched in FOUND_BY_NAME:
    sa.Index(
        f"{_matched}_name_alike_idx",
        alike(TABLES[_matched].c.name),
        postgresql_using="hash",
        postgresql_where=TABLES[_matched].c.deleted_at.is_(None),
    )

member_calculated = sa.Table(
    "member_calculated",
    metadata,
    sa.Column("member_id", sa.Uuid(), primary_key=True),
    *(_column(field) for field in ENTITIES["member"].calculated.values()),
    _instant("updated_at", now=True),
)

systems = sa.Table(
    "systems",
    metadata,
    sa.Column("system", sa.Text(), primary_key=True),
    _text("org_id"),
    _text("org_name"),
    _text("time_zone"),
    _instant("pinned_at", now=True),
    _instant("first_sync_completed_at", nullable=True),
    _instant("polled_at", nullable=True),
    sa.Column("rescored_on", sa.Date()),
    sa.Column("reconciled_on", sa.Date()),
    sa.Column("calls_used", sa.Integer()),
    sa.Column("calls_limit", sa.Integer()),
    _instant("usage_at", nullable=True),
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("system", sa.Text(), primary_key=True),
    sa.Column("object", sa.Text(), primary_key=True),
    _instant("stamp"),
    _text("last_id"),
    _instant("moved_at", now=True),
)

walks = sa.Table(
    "walks",
    metadata,
    sa.Column("system", sa.Text(), primary_key=True),
    sa.Column("kind", sa.Text(), primary_key=True),
    sa.Column("object", sa.Text(), primary_key=True),
    _instant("started_at"),
    _instant("stamp", nullable=True),
    sa.Column("last_id", sa.Text(), nullable=False, server_default=""),
    sa.Column("read", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("total", sa.Integer()),
    _json("found"),
    _instant("finished_at", nullable=True),
    sa.CheckConstraint("kind IN ('backfill', 'reconcile')", name="walks_kind_check"),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
    _text("system"),
    _text("object"),
    _text("external_id", nullable=True),
    _text("entity"),
    sa.Column("record_id", sa.Uuid(), nullable=False),
    _json("shadow"),
    _json("sent", nullable=True),
    _instant("sent_at", nullable=True),
    sa.Column("sent_guarded", sa.Boolean(), nullable=False, server_default=sa.false()),
    _instant("push_ended_at", nullable=True),
    _json("written"),
    _instant("stamp", nullable=True),
    _instant("modified_at", nullable=True),
    _instant("read_at", nullable=True),
    sa.Column("state", sa.Text(), nullable=False, server_default="active"),
    _json("quarantined"),
    sa.Column("how", sa.Text(), nullable=False, server_default="read"),
    sa.CheckConstraint("state IN ('creating', 'active', 'suspended', 'deleted', 'unlinked')", name="links_state_check"),
    sa.UniqueConstraint("system", "external_id"),
    sa.Index("links_record_idx", "entity", "record_id", "system"),
    # By the bytes of external_id (COLLATE "C"), as the revision says; a comparison with the database doesn't see that.
    sa.Index("links_walk_idx", "system", "object", "external_id"),
)

due_mark = sa.Sequence("due_mark", metadata=metadata)

due = sa.Table(
    "due",
    metadata,
    sa.Column("stage", sa.Text(), primary_key=True),
    sa.Column("system", sa.Text(), primary_key=True),
    sa.Column("object", sa.Text(), primary_key=True),
    sa.Column("record_id", sa.Text(), primary_key=True),
    sa.Column("mark", sa.BigInteger(), server_default=sa.text("nextval('due_mark')"), nullable=False),
    sa.Column("lane", sa.SmallInteger(), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    _instant("due_at", now=True),
    _instant("marked_at", now=True),
    _text("correlation", nullable=True),
    _text("error", nullable=True),
    _text("waits_for", nullable=True),
    sa.CheckConstraint("stage IN ('fetch', 'score', 'push')", name="due_stage_check"),
    sa.Index("due_next_idx", "stage", "system", "lane", "due_at"),
    sa.Index("due_waits_for_idx", "system", "waits_for", postgresql_where=sa.text("waits_for IS NOT NULL")),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
    _text("stage"),
    _text("system"),
    _text("object"),
    _text("record_id"),
    _text("code", nullable=True),
    _text("their_words", nullable=True),
    _text("our_words"),
    sa.Column("count", sa.Integer(), nullable=False, server_default="1"),
    _instant("first_at", now=True),
    _instant("last_at", now=True),
    _text("correlation", nullable=True),
    sa.UniqueConstraint("stage", "system", "object", "record_id"),
)

refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("reason", sa.Text(), primary_key=True),
    sa.Column("count", sa.BigInteger(), nullable=False),
    _instant("last_at", now=True),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
    _text("entity"),
    sa.Column("record_id", sa.Uuid(), nullable=False),
    _text("field"),
    _json("old", nullable=True),
    _json("new", nullable=True),
    _text("who"),
    _text("source"),
    _instant("happened_at"),
    _instant("known_at"),
    sa.Index("history_field_idx", "entity", "record_id", "field", "happened_at", "id"),
)

persona_answers = sa.Table(
    "persona_answers",
    metadata,
    sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
    sa.Column("member_id", sa.Uuid(), nullable=False),
    sa.Column("answered_on", sa.Date(), nullable=False),
    _json("answers"),
    _text("persona", nullable=True),
    _text("why"),
    _text("who"),
    _instant("known_at", now=True),
    sa.Index("persona_answers_member_idx", "member_id", "answered_on", "id"),
)

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
    sa.Column("member_id", sa.Uuid(), nullable=False),
    sa.Column("change_id", sa.BigInteger(), nullable=False),
    sa.Column("changed_on", sa.Date(), nullable=False),
    _text("from_owner"),
    _text("to_owner"),
    _json("note"),
    _instant("made_at", now=True),
    sa.UniqueConstraint("change_id"),
    sa.Index("handovers_member_idx", "member_id", "changed_on"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
    _text("what"),
    _text("system"),
    _text("entity", nullable=True),
    sa.Column("record_id", sa.Uuid()),
    _text("field", nullable=True),
    _text("external_id", nullable=True),
    _json("before", nullable=True),
    _json("after", nullable=True),
    _text("who"),
    _text("because", nullable=True),
    _instant("decided_at", now=True),
    sa.Index("decisions_record_idx", "entity", "record_id"),
)

unmatched = sa.Table(
    "unmatched",
    metadata,
    sa.Column("system", sa.Text(), primary_key=True),
    sa.Column("external_id", sa.Text(), primary_key=True),
    _text("object"),
    _text("entity"),
    _json("keys"),
    sa.Column("candidates", ARRAY(sa.Uuid()), nullable=False),
    _text("why"),
    _instant("first_at", now=True),
    _instant("last_at", now=True),
)

resting_fields = sa.Table(
    "resting_fields",
    metadata,
    sa.Column("system", sa.Text(), primary_key=True),
    sa.Column("object", sa.Text(), primary_key=True),
    sa.Column("field", sa.Text(), primary_key=True),
    sa.Column("ours", sa.Text(), primary_key=True),
    _text("entity"),
    _text("why"),
    _instant("since"),
)

batch_sizes = sa.Table(
    "batch_sizes",
    metadata,
    sa.Column("system", sa.Text(), primary_key=True),
    sa.Column("object", sa.Text(), primary_key=True),
    sa.Column("size", sa.Integer(), nullable=False),
    _instant("at"),
)

braked = sa.Table(
    "braked",
    metadata,
    sa.Column("system", sa.Text(), primary_key=True),
    sa.Column("kind", sa.Text(), primary_key=True),
    sa.Column("entity", sa.Text(), primary_key=True),
    sa.Column("record_id", sa.Uuid(), primary_key=True),
    _text("state"),
    _instant("at"),
    sa.CheckConstraint("kind IN ('overwrite', 'delete')", name="braked_kind_check"),
    sa.CheckConstraint("state IN ('done', 'waiting', 'allowed')", name="braked_state_check"),
    sa.Index("braked_count_idx", "system", "kind", "state", "at"),
)

calibration_verdicts = sa.Table(
    "calibration_verdicts",
    metadata,
    sa.Column("question", sa.Text(), primary_key=True),
    _text("verdict"),
    sa.Column("reasons", JSONB(none_as_null=True), nullable=False, server_default=sa.text("'[]'::jsonb")),
    sa.Column("good", sa.Integer(), nullable=False),
    sa.Column("bad", sa.Integer(), nullable=False),
    sa.Column("as_of", sa.Date(), nullable=False),
    sa.Column("definition_version", sa.Integer(), nullable=False),
    _instant("judged_at", now=True),
    sa.CheckConstraint(
        "verdict IN ('skill', 'descriptive only', 'too few to say')", name="calibration_verdicts_verdict_check"
    ),
)

results = sa.Table(
    "results",
    metadata,
    sa.Column("kind", sa.Text(), primary_key=True),
    sa.Column("as_of", sa.Date(), primary_key=True),
    sa.Column("subject", sa.Text(), primary_key=True),
    sa.Column("member_id", sa.Uuid()),
    _text("reason"),
    _json("found"),
    _instant("computed_at", now=True),
    sa.Index("results_member_idx", "member_id", "kind", "as_of"),
)
