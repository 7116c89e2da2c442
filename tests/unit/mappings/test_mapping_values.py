"""Values between their records and ours."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import FieldSchema, ObjectSchema
from mappings.convert import ValueRefused, plain, typed
from mappings.load import load
from plugin.domain.entities import Kind
from plugin.sync.normal import normal

SALESFORCE = load("salesforce")
MILESTONE = SALESFORCE.source("Success_Milestone__c")
OUTCOME = SALESFORCE.source("Desired_Outcome__c")
CONTACT = SALESFORCE.source("Contact")
OFFER = SALESFORCE.source("Expansion_Offer__c")


def test_a_record_of_theirs_becomes_typed_values_of_ours():
    canonical = MILESTONE.to_canonical(
        {
            "Name": "First CE credit",
            "Type__c": "Functional",
            "Weight__c": 2,
            "Due__c": "2026-10-12",
            "Inside_Offering__c": True,
            "Advocacy_Level__c": 3.0,
            "Metric_Name__c": "",
            "Desired_Outcome__c": "a01000000000001AAA",
            "Expansion_Offer__c": None,
            "Success_Vector_Id__c": "0b5e",
            "Unmapped__c": "ignored",
        }
    )
    assert canonical.fields == {
        "name": "First CE credit",
        "type": "functional",
        "weight": 2.0,
        "due_on": date(2026, 10, 12),
        "inside_offering": True,
        "advocacy_level": 3,
        "metric_name": None,
    }
    assert canonical.references == {
        "desired_outcome": ("Desired_Outcome__c", "a01000000000001AAA"),
        "expansion_offer": None,
    }
    assert canonical.own_id == "0b5e"
    assert type(canonical.fields["advocacy_level"]) is int


def test_a_field_that_was_not_read_is_left_out_and_not_emptied():
    assert MILESTONE.to_canonical({"Due__c": None}).fields == {"due_on": None}
    assert MILESTONE.to_canonical({"Due__c": None}).references == {}


def test_constants_are_part_of_every_record():
    assert CONTACT.to_canonical({"Name": "Ada"}).fields == {"kind": "person", "name": "Ada"}


def test_money_keeps_its_cents():
    assert OFFER.to_canonical({"Yearly_Value__c": 0.1}).fields["yearly_value"] == Decimal("0.10")
    assert OFFER.to_theirs({"yearly_value": Decimal("1234567890123.45")}) == {"Yearly_Value__c": 1234567890123.45}
    assert str(OFFER.to_canonical({"Yearly_Value__c": 7}).fields["yearly_value"]) == "7.00"
    for too_fine in ("12345678901234567.89", "9007199254740993.01"):
        with pytest.raises(ValueRefused, match="to the cent"):
            OFFER.to_theirs({"yearly_value": Decimal(too_fine)})


def test_ours_goes_out_ready_for_json_under_their_names():
    values = {"type": "strategic", "due_on": date(2026, 10, 12), "weight": 1.5, "inside_offering": None, "name": None}
    assert MILESTONE.to_theirs(values, {"expansion_offer": ("Expansion_Offer__c", "a02")}) == {
        "Type__c": "Strategic",
        "Due__c": "2026-10-12",
        "Weight__c": 1.5,
        "Inside_Offering__c": False,
        "Name": None,
        "Expansion_Offer__c": "a02",
    }


def test_a_result_goes_out_with_its_decimals():
    assert CONTACT.to_theirs({"score": 61.25, "direction": -0.00004}) == {
        "Success_Score__c": 61.3,
        "Vector_Direction__c": 0.0,
    }


def test_a_member_is_named_in_its_own_lookup_and_the_other_is_cleared():
    assert OUTCOME.to_theirs({}, {"member": ("Contact", "003")}) == {"Account__c": None, "Contact__c": "003"}
    assert OUTCOME.to_theirs({}, {"member": None}) == {"Account__c": None, "Contact__c": None}


def test_two_filled_lookups_of_one_reference_are_refused_where_we_write_them_too():
    with pytest.raises(ValueRefused, match="Account__c and Contact__c"):
        OUTCOME.to_canonical({"Account__c": "001", "Contact__c": "003", "Supersedes__c": None})


def test_where_we_only_read_the_first_filled_lookup_counts_and_the_others_are_kept_as_candidates():
    canonical = SALESFORCE.source("Task").to_canonical({"AccountId": "001", "WhoId": "003"})
    assert canonical.references["member"] == ("Contact", "003")
    assert canonical.candidates["member"] == (("Contact", "003"), ("Account", "001"))


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"Type__c": "Financial"}, "Type__c", "Functional, Operational, Opportune, Strategic"),
        ({"Due__c": "12.10.2026"}, "Due__c", "a day as YYYY-MM-DD"),
        ({"Due__c": "2026-10-12T00:00:00Z"}, "Due__c", "a day as YYYY-MM-DD"),
        ({"Due__c": 5}, "Due__c", "a day as YYYY-MM-DD"),
        ({"Weight__c": "heavy"}, "Weight__c", "a finite number"),
        ({"Weight__c": True}, "Weight__c", "a finite number"),
        ({"Weight__c": float("nan")}, "Weight__c", "a finite number"),
        ({"Advocacy_Level__c": 1.5}, "Advocacy_Level__c", "a whole number"),
        ({"Inside_Offering__c": "yes"}, "Inside_Offering__c", "true or false"),
        ({"Name": 7}, "Name", "text"),
    ],
)
def test_a_value_that_cannot_be_carried_over_is_refused_by_field_value_and_what_is_allowed(values, field, words):
    with pytest.raises(ValueRefused) as caught:
        MILESTONE.to_canonical(values)
    assert caught.value.field == field
    assert caught.value.value in values.values() or values[field] != values[field]
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("values", "references", "words"),
    [
        ({"type": "financial"}, {}, "functional, operational"),
        ({"due_on": "2026-10-12"}, {}, "a day"),
        ({"due_on": datetime(2026, 1, 1, tzinfo=UTC)}, {}, "a day"),
        ({"weight": float("inf")}, {}, "a finite number"),
        ({"colour": "red"}, {}, "only fields that Success_Milestone__c takes"),
        ({}, {"expansion_offer": ("Account", "001")}, "a record of Expansion_Offer__c"),
        ({}, {"owner": None}, "nothing"),
    ],
)
def test_what_they_cannot_take_is_refused_before_it_is_sent(values, references, words):
    with pytest.raises(ValueRefused, match=words):
        MILESTONE.to_theirs(values, references)


def test_what_is_only_read_is_never_written():
    with pytest.raises(ValueRefused, match="paid_through"):
        CONTACT.to_theirs({"paid_through": date(2026, 1, 1)})


def contact_schema(*fields):
    return ObjectSchema("Contact", "Contact", {name: FieldSchema(name, name, "boolean") for name in fields}, True, True)


def test_an_optional_condition_counts_only_where_the_org_has_its_field():
    without = CONTACT.within(contact_schema("Is_Member__c"))
    assert without.matches({"Is_Member__c": True})
    assert "IsPersonAccount" not in without.read_fields
    inside = CONTACT.within(contact_schema("Is_Member__c", "IsPersonAccount"))
    assert "IsPersonAccount" in inside.read_fields
    assert not inside.matches({"Is_Member__c": True, "IsPersonAccount": True})
    assert inside.matches({"Is_Member__c": True, "IsPersonAccount": None})
    assert not inside.matches({"Is_Member__c": None})


def test_a_flag_that_was_never_set_is_not_set(loaded):
    text = '[[source]]\nobject = "Account"\nwhere = [{ field = "Closed__c", is = false }]'
    source = loaded(text, head='extends = "salesforce"\n').source("Account")
    assert source.matches({"Closed__c": None})
    assert not source.matches({"Closed__c": True})


def test_a_read_asks_for_our_id_so_that_a_record_created_in_a_crash_is_known_again():
    assert "Success_Vector_Id__c" in MILESTONE.read_fields
    assert len(set(MILESTONE.read_fields)) == len(MILESTONE.read_fields)


def test_a_filter_compares_as_their_queries_do(loaded):
    source = loaded(
        """
[[source]]
entity = "engagement"
object = "Task"
direction = "in"
where = [
  { field = "Status", in = ["Completed", "Closed"] },
  { field = "Type", is_not = "Call" },
  { field = "ActivityDate", not_null = true },
  { field = "Account.Is_Member__c", is = true },
]
[source.references]
member = { AccountId = "Account" }
"""
    ).source("Task")
    held = {"Status": "COMPLETED", "Type": None, "ActivityDate": "2026-01-01"}
    assert source.matches(held)
    assert not source.matches({**held, "Type": "call"})
    assert not source.matches({**held, "Status": "Open"})
    assert not source.matches({**held, "ActivityDate": ""})
    assert "Account.Is_Member__c" not in source.read_fields


def test_the_day_of_a_moment_is_that_of_the_association(loaded):
    mapping = loaded(
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
    )
    late = {"At__c": "2026-03-01T02:30:00.000+0000"}
    assert mapping.source("Visit__c").to_canonical(late).fields["happened_on"] == date(2026, 3, 1)
    there = mapping.within({}, ZoneInfo("America/Chicago"))
    assert there.source("Visit__c").to_canonical(late).fields["happened_on"] == date(2026, 2, 28)


def test_an_object_that_is_not_mapped_is_named_with_those_that_are():
    with pytest.raises(KeyError, match=r"salesforce.toml maps no object Lead; it maps Coverage_Segment__c"):
        SALESFORCE.source("Lead")


SCALARS = {
    Kind.TEXT: st.text(max_size=30),
    Kind.DATE: st.dates().map(date.isoformat),
    Kind.DATETIME: st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    Kind.NUMBER: st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    Kind.MONEY: st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    Kind.INTEGER: st.integers(-(2**31), 2**31),
    Kind.BOOLEAN: st.booleans(),
}
FIELDS = {
    Kind.TEXT: FieldSchema("F", "F", "text"),
    Kind.DATE: FieldSchema("F", "F", "date"),
    Kind.DATETIME: FieldSchema("F", "F", "datetime"),
    Kind.NUMBER: FieldSchema("F", "F", "number", scale=4),
    Kind.MONEY: FieldSchema("F", "F", "number", scale=2),
    Kind.INTEGER: FieldSchema("F", "F", "integer"),
    Kind.BOOLEAN: FieldSchema("F", "F", "boolean"),
}


@given(st.data(), st.sampled_from(sorted(SCALARS)))
def test_what_came_from_them_goes_back_as_it_came(data, kind):
    theirs = data.draw(SCALARS[kind] | st.none())
    back = plain(typed(theirs, kind, "F"), kind, "F")
    assert normal(back, FIELDS[kind]) == normal(theirs, FIELDS[kind])


@given(st.sampled_from(MILESTONE.definition.fields["type"].choices))
def test_every_choice_of_ours_comes_back_from_theirs(choice):
    line = MILESTONE.fields["type"]
    assert line.to_ours(line.to_theirs(choice)) == choice
    assert line.to_ours(str(line.to_theirs(choice)).upper()) == choice
