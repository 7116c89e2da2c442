"""What coverage rules look at can't be filled from money."""

import pytest

from mappings.load import load
from plugin.errors import Problems

OURS = """
extends = "salesforce"
[[source]]
object = "Account"
[source.fields]
{line}
"""


def test_an_attribute_of_coverage_is_not_mapped_from_an_amount(tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(OURS.format(line='staff = { field = "AnnualRevenue", direction = "in" }'), encoding="utf-8")
    with pytest.raises(Problems, match="AnnualRevenue looks like an amount of money"):
        load(file)


def test_an_attribute_of_coverage_is_mapped_from_what_is_no_amount(tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(OURS.format(line='staff = { field = "NumberOfEmployees", direction = "in" }'), encoding="utf-8")
    assert any("staff" in source.fields for source in load(file).sources_of("member"))
