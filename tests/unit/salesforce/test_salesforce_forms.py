from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.base import Condition, Cursor
from connectors.base import Test as Compare
from connectors.salesforce.forms import from_http_date, full_id, http_date, moment, soql_moment
from connectors.salesforce.limits import LISTED_QUERY_LENGTH
from connectors.salesforce.soql import after, conditions, listed, query_path
from plugin.errors import UserError

TYPES = {"Name": "text", "Rank__c": "number", "Seats__c": "integer", "Since__c": "date", "At__c": "datetime"}


def soql(condition: Condition) -> str:
    (found,) = conditions([condition], lambda name: TYPES.get(name, "other"))
    return found


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("001U000001c83gK", "001U000001c83gKIAQ"),
        ("001U000001c83gKIAQ", "001U000001c83gKIAQ"),
        ("001u000001c83gkIAQ", None),
        ("' OR Id != '", None),
        ("", None),
        ("001U000001c83gK\n", None),
    ],
)
def test_ids_are_eighteen_characters_and_nothing_else(text: str, full: str | None):
    assert full_id(text) == full


def test_a_point_in_time_survives_the_way_there_and_back():
    when = datetime(2024, 5, 1, 12, 0, 0, 123000, tzinfo=timezone(timedelta(hours=2)))
    assert soql_moment(when) == "2024-05-01T10:00:00.123Z"
    assert moment("2024-05-01T10:00:00.123+0000") == when
    assert http_date(when) == "Wed, 01 May 2024 10:00:00 GMT"
    assert from_http_date(http_date(when)) == when.replace(microsecond=0)
    assert from_http_date("soon") is None


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition("Name", Compare.IS, "O'Neil \\ Sons"), r"Name = 'O\'Neil \\ Sons'"),
        (Condition("Name", Compare.IS, None), "Name = null"),
        (Condition("Name", Compare.NOT_NULL), "Name != null"),
        (Condition("Is_Member__c", Compare.IS_NOT, True), "Is_Member__c != true"),
        (Condition("Account.Is_Member__c", Compare.IS, True), "Account.Is_Member__c = true"),
        (Condition("Since__c", Compare.IS, "2024-05-01"), "Since__c = 2024-05-01"),
        (Condition("At__c", Compare.IS, "2024-05-01T12:00:00+02:00"), "At__c = 2024-05-01T10:00:00.000Z"),
        (Condition("Seats__c", Compare.IS, 3), "Seats__c = 3"),
        (Condition("Seats__c", Compare.IS, "3"), "Seats__c = 3"),
        (Condition("Name", Compare.IS, 3), "Name = '3'"),
        (Condition("Name", Compare.IN, ("a", "b")), "Name IN ('a', 'b')"),
        (Condition("Name", Compare.IN, ("a", None)), "(Name IN ('a') OR Name = null)"),
        (Condition("Name", Compare.IN, ()), "Id = null"),
    ],
)
def test_a_condition_is_quoted_by_the_type_of_its_field(condition: Condition, text: str):
    assert soql(condition) == text


@pytest.mark.parametrize(
    "condition",
    [
        Condition("Since__c", Compare.IS, "May"),
        Condition("Seats__c", Compare.IS, "1 OR 1=1"),
        Condition("Name", Compare.IS, ("a",)),
    ],
)
def test_a_value_that_the_field_cannot_hold_is_refused_by_name(condition: Condition):
    with pytest.raises(UserError, match="where"):
        soql(condition)


def test_the_keyset_goes_on_after_the_last_row_even_among_equal_stamps():
    stamp = datetime(2024, 5, 1, tzinfo=UTC)
    at = "2024-05-01T00:00:00.000Z"
    assert after(Cursor(stamp)) == f"SystemModstamp >= {at}"
    assert after(Cursor(stamp, "001x")) == f"(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > '001x'))"


def test_lists_of_values_are_cut_to_fit_and_lose_none():
    values = [f"número {number} o'clock" for number in range(2000)]
    queries = list(listed("Account", ["Id"], "Name", values))
    assert len(queries) > 1
    assert max(len(query_path(each, include_deleted=True)) for each in queries) <= LISTED_QUERY_LENGTH + 20
    assert sum(each.count("número") for each in queries) == 2000


def test_two_thousand_ids_fit_in_the_five_queries_of_one_call():
    ids = [f"001{number:012d}AAA" for number in range(2000)]
    fields = [f"Some_Longer_Field_Name_{number}__c" for number in range(50)]
    assert len(list(listed("Account", fields, "Id", ids))) <= 5
