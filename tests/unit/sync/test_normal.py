"""Values in the other side's form."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import FieldSchema
from mappings.convert import ValueRefused
from plugin.sync.normal import eighteen, normal


def schema(kind, **more):
    return FieldSchema("F__c", "F", kind, **more)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (schema("text"), "  two words \n", "two words"),
        (schema("text"), " \t ", None),
        (schema("text"), "\u00a0kept\u00a0", "\u00a0kept\u00a0"),
        (schema("long_text"), "a\r\nb\rc", "a\nb\nc"),
        (schema("number", scale=2), 0.125, 0.13),
        (schema("number", scale=2), 1.005, 1.01),
        (schema("number", scale=2), -1.005, -1.01),
        (schema("number", scale=1), -0.04, 0.0),
        (schema("number"), 0.1 + 0.2, 0.3),
        (schema("number", scale=2), Decimal("12.30"), 12.3),
        (schema("integer"), 7.0, 7),
        (schema("number", scale=0, precision=4), 3.0, 3),
        (schema("boolean"), None, False),
        (schema("boolean"), True, True),
        (schema("date"), date(2026, 3, 1), "2026-03-01"),
        (schema("date"), "2026-03-01T23:30:00.000+0000", "2026-03-01"),
        (schema("datetime"), "2026-03-01T09:30:00.000+0000", "2026-03-01T09:30:00.000Z"),
        (schema("datetime"), datetime(2026, 3, 1, 9, 30, 0, 999, tzinfo=UTC), "2026-03-01T09:30:00.000Z"),
        (schema("datetime"), date(2026, 3, 1), "2026-03-01T00:00:00.000Z"),
        (schema("choice", choices=("On course", "Grace")), "ON COURSE ", "On course"),
        (schema("choice", choices=("Grace",)), "Own word", "Own word"),
        (schema("multi_choice", choices=("B", "A")), "a; z;B;a", "B;A;z"),
        (schema("reference"), "001D000000IRFma", "001D000000IRFmaIAH"),
        (schema("reference"), "001D000000IRFmaIAH", "001D000000IRFmaIAH"),
        (schema("other"), "", None),
    ],
)
def test_a_value_takes_the_form_the_other_side_gives_back(kind, value, expected):
    result = normal(value, kind)
    assert result == expected
    assert type(result) is type(expected)
    assert normal(result, kind) == result


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (schema("text", max_length=3), "four", "at most 3 characters, and this has 4"),
        (schema("number", scale=2, precision=5), 1000, "3 digits before the decimal point"),
        (schema("number"), "12", "a number"),
        (schema("date"), "soon", "ISO 8601"),
        (schema("date"), 12, "a date"),
    ],
)
def test_what_the_field_cannot_hold_is_refused_by_name_and_never_cut(kind, value, words):
    with pytest.raises(ValueRefused, match=words) as caught:
        normal(value, kind)
    assert caught.value.field == "F__c"


def test_rounding_up_may_need_a_digit_that_the_field_lacks():
    with pytest.raises(ValueRefused):
        normal(99.96, schema("number", scale=1, precision=3))


def test_our_finer_value_is_the_same_as_their_rounded_one():
    assert normal(0.123456, schema("number", scale=4)) == normal(0.1235, schema("number", scale=4))
    assert normal(0.1234, schema("number", scale=4)) != normal(0.1235, schema("number", scale=4))


def test_nothing_is_the_same_as_empty_and_as_never_set():
    assert normal(None, schema("text")) == normal("", schema("text"))
    assert normal(None, schema("boolean")) == normal(False, schema("boolean"))


@pytest.mark.parametrize(
    ("value", "field"), [("x" * 9, schema("text", max_length=8)), (1000.25, schema("number", scale=1, precision=4))]
)
def test_what_need_not_fit_is_brought_into_form_and_kept_whole(value, field):
    with pytest.raises(ValueRefused):
        normal(value, field)
    assert normal(value, field, fits=False) == (value if isinstance(value, str) else 1000.3)


def test_ids_that_differ_in_case_alone_stay_apart():
    assert eighteen("001D000000IRFma") != eighteen("001d000000IRFma")
    assert eighteen("not an id") == "not an id"


FIELDS = st.sampled_from(
    [
        schema("text", max_length=20),
        schema("long_text"),
        schema("choice", choices=("Open", "open house", "ÄÖ")),
        schema("multi_choice", choices=("Open", "Pending")),
        schema("reference"),
        schema("other"),
    ]
)


@given(FIELDS, st.text(max_size=20) | st.sampled_from(["OPEN", "pending;Open", "äö", "ß", "001D000000IRFma"]))
def test_taking_the_form_twice_changes_no_text(field, text):
    once = normal(text, field)
    assert normal(once, field) == once


@given(
    st.sampled_from([schema("number"), schema("number", scale=2), schema("number", scale=4), schema("integer")]),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
    | st.decimals(min_value=-(10**12), max_value=10**12, places=6),
)
def test_taking_the_form_twice_changes_no_number(field, number):
    once = normal(number, field)
    assert normal(once, field) == once


@given(
    st.sampled_from([schema("date"), schema("datetime")]),
    st.dates(min_value=date(1000, 1, 1)) | st.datetimes(timezones=st.just(UTC)),
)
def test_taking_the_form_twice_changes_no_moment(field, moment):
    once = normal(moment, field)
    assert normal(once, field) == once
