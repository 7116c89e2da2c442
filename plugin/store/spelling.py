"""When two texts are the same name."""

from __future__ import annotations

import sqlalchemy as sa

_SPACE: sa.ColumnElement[str] = sa.literal_column(r"'\s+'", sa.Text())
_ONE: sa.ColumnElement[str] = sa.literal_column("' '", sa.Text())
_ALL: sa.ColumnElement[str] = sa.literal_column("'g'", sa.Text())


def alike(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return the text whatever its case, and whatever space is around it or between its words.

    Nothing in it is a parameter: an index on the same expression is used.
    """
    return sa.func.lower(sa.func.btrim(sa.func.regexp_replace(text, _SPACE, _ONE, _ALL)))
