"""The mappings that travel with the project."""

import pytest

from mappings.load import load, shipped


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_mapping_loads(name):
    assert load(name).sources_of("member")


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_mapping_carries_every_calculated_field_to_every_member(name):
    for source in load(name).sources_of("member"):
        assert set(source.calculated) == set(source.definition.calculated)
