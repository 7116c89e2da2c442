"""The named transforms."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.convert import ValueRefused
from mappings.transforms import TRANSFORMS

PERCENT, NOT, DATE_OF, PLAIN = (TRANSFORMS[name] for name in ("percent", "not", "date_of", "plain_text"))


@given(st.integers(-(10**9), 10**9).map(lambda number: number / 10**6))
def test_a_percentage_comes_back_as_it_went(share):
    assert PERCENT.inward(PERCENT.outward(share), UTC) == share


@pytest.mark.parametrize(("theirs", "ours"), [(45.5, 0.455), (7, 0.07), (0.1, 0.001)])
def test_a_percentage_is_shifted_without_binary_dust(theirs, ours):
    assert PERCENT.inward(theirs, UTC) == ours
    assert PERCENT.outward(ours) == theirs


@pytest.mark.parametrize("value", [True, False])
def test_a_flag_is_turned_round_and_back(value):
    assert NOT.inward(value, UTC) is not value
    assert NOT.outward(NOT.inward(value, UTC)) is value


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-03-01T02:30:00.000+0000", "UTC", "2026-03-01"),
        ("2026-03-01T02:30:00Z", "America/New_York", "2026-02-28"),
        ("2026-03-01T22:30:00Z", "Asia/Tokyo", "2026-03-02"),
        ("2026-03-01T22:30:00", "UTC", "2026-03-01"),
    ],
)
def test_the_day_of_a_moment_depends_on_the_zone(moment, zone, day):
    assert DATE_OF.inward(moment, ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("rich", "text"),
    [
        ("<p>Win <b>ten</b>&nbsp;clients</p><p>by&amp;by</p>", "Win ten clients\nby&by"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("no markup", "no markup"),
        ("a<script>steal()</script>b", "ab"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_rich_text_loses_its_markup_and_keeps_its_lines(rich, text):
    assert PLAIN.inward(rich, UTC) == text


@given(st.text())
def test_any_text_can_be_made_plain(text):
    assert isinstance(PLAIN.inward(text, UTC), str)


def test_what_a_transform_cannot_take_is_refused_with_the_field(loaded):
    source = loaded(
        """
[[source]]
entity = "engagement"
object = "Visit__c"
direction = "in"
[source.fields]
happened_on = { field = "At__c", transform = "date_of" }
[source.references]
member = { Account__c = "Account" }
"""
    ).source("Visit__c")
    with pytest.raises(ValueRefused, match=r"At__c holds 'soon'.* such as 2026-03-01T09:30:00Z"):
        source.to_canonical({"At__c": "soon"})
    with pytest.raises(ValueRefused, match="At__c holds 5"):
        source.to_canonical({"At__c": 5})
