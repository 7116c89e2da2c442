"""Choosing rows by a list of values, however long."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY


def among(column: sa.Column[Any], values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column holds one of these values.

    They go as one parameter: PostgreSQL takes no more than 65,535 of those in a statement.
    """
    return column == sa.any_(sa.literal(list(values), ARRAY(column.type)))
