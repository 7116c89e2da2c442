"""What a person was asked stays theirs while both values stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Row
from mappings.load import load
from plugin.sync.merge import Verdict, Why
from plugin.sync.row import Agreement, Changed, RowMerge, merge_row

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
[OUTCOME] = [one for one in load("salesforce", ("Account",)).sources if one.entity == "desired_outcome"]


def merged(theirs: str, asked: dict[str, tuple[str, str]]) -> RowMerge:
    """Merge a name that both sides changed, ours exactly an hour after theirs."""
    row = Row(OUTCOME.object, "a01000000000001AAA", {"Name": theirs}, stamp=NOON, modified_at=NOON)
    agreed = Agreement(shadow={"name": "agreed"}, stamp=NOON - timedelta(days=1), undecided=asked)
    later = Changed(NOON + timedelta(hours=1))
    return merge_row(OUTCOME, row, {"name": theirs}, {"name": "ours"}, agreed, lambda _: later)


def test_a_later_change_of_ours_wins_where_nobody_was_asked():
    assert merged("theirs", {}).verdicts["name"] is Verdict.PUSH


def test_a_held_field_is_not_decided_later_because_a_read_is_timed_more_exactly():
    assert merged("theirs", {"name": ("theirs", "ours")}).held == {"name": Why.UNDECIDED}


@pytest.mark.parametrize("before", [("something else", "ours"), ("theirs", "something else")])
def test_a_new_value_on_either_side_asks_anew(before: tuple[str, str]):
    assert merged("theirs", {"name": before}).held == {}
