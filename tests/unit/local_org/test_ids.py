"""Record ids: the checksum, and what is no id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.local_org.ids import BASE62, checksum, custom_prefix, normal_id, record_id

ID15 = st.text(alphabet=BASE62, min_size=15, max_size=15)


@pytest.mark.parametrize(
    ("id15", "id18"), [("001D000000IRFma", "001D000000IRFmaIAH"), ("003000000000000", "003000000000000AAA")]
)
def test_the_checksum_is_the_one_that_salesforce_adds(id15: str, id18: str) -> None:
    assert id15 + checksum(id15) == id18
    assert normal_id(id15) == id18


@given(ID15)
def test_an_18_character_id_survives_the_loss_of_its_case(id15: str) -> None:
    whole = id15 + checksum(id15)
    assert normal_id(whole.lower()) == whole
    assert normal_id(whole.upper()) == whole


@given(ID15, ID15)
def test_15_character_ids_that_differ_in_case_stay_two_ids(one: str, other: str) -> None:
    assert (normal_id(one) == normal_id(other)) == (one == other)


@pytest.mark.parametrize(
    "given", ["", "001", "001D000000IRFm", "001D000000IRFma1AH9", "001D000000IRFm!", "001D000000IRFmaI9H", "é" * 15]
)
def test_what_is_no_id_is_not_made_one(given: str) -> None:
    assert normal_id(given) is None


def test_ids_are_given_out_in_order_and_carry_their_objects_prefix() -> None:
    ids = [record_id("001", number) for number in range(1, 200)]
    assert ids == sorted(ids)
    assert {each[:3] for each in ids} == {"001"}
    assert len({each.lower() for each in ids}) == len(ids)


def test_every_custom_object_gets_another_prefix() -> None:
    prefixes = [custom_prefix(number) for number in range(500)]
    assert prefixes[:2] == ["a00", "a01"]
    assert len(set(prefixes)) == 500
    assert all(len(prefix) == 3 for prefix in prefixes)
