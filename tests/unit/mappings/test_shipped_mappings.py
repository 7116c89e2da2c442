"""The mappings that travel with the project."""

import gzip
import json
import re
from pathlib import Path

import pytest
import yaml

from mappings.check import check
from mappings.load import load, shipped
from plugin.domain.entities import ENTITIES
from plugin.errors import UserError


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_mapping_carries_every_calculated_field_to_every_member(name):
    for source in load(name).sources_of("member"):
        assert set(source.calculated) == set(source.definition.calculated)


@pytest.mark.parametrize("members", [("Account",), ("Contact",), ("Account", "Contact")])
def test_the_salesforce_mapping_fits_our_own_package(package_schemas, members):
    found = check(load("salesforce", members), package_schemas)
    assert [str(problem) for problem in found] == []


def test_the_choice_of_members_takes_the_other_source_and_references_to_it_away():
    mapping = load("salesforce", ("Contact",))
    assert [source.object for source in mapping.sources_of("member")] == ["Contact"]
    assert mapping.source("Desired_Outcome__c").references["member"] == {"Contact__c": "Contact"}
    assert mapping.source("Task").references["member"] == {"WhoId": "Contact"}


def test_a_member_object_that_the_mapping_lacks_is_refused_with_those_it_has():
    with pytest.raises(UserError, match=r"no member source for Account; it has Contact"):
        load("npsp", ("Account",))


def test_records_of_ours_are_created_only_where_all_that_they_need_is_written():
    creating = {source.object for source in load("salesforce").sources if source.creates}
    assert {"Account", "Contact", "Task", "Event"}.isdisjoint(creating)
    assert {"Desired_Outcome__c", "Success_Milestone__c", "Success_Vector_Snapshot__c"} <= creating


def test_the_salesforce_mapping_keeps_every_entity_that_the_package_has():
    unmapped = {name for name in ENTITIES if not load("salesforce").sources_of(name)}
    assert unmapped == set()


def test_the_npsp_mapping_names_only_fields_that_npsp_or_our_package_has(shared_data, package_schemas):
    known = npsp_names(shared_data)
    for source in load("npsp").sources:
        names = {*source.read_fields, *(line.theirs for line in source.fields.values())}
        ours = set(package_schemas[source.object].fields) if source.object in package_schemas else set()
        assert names - ours <= known.get(source.object, set()), source.object


def npsp_names(shared_data):
    """Return the field names of each object: NPSP's definitions, its data mapping and the standard describes."""
    names: dict[str, set[str]] = {}
    schema = json.loads(gzip.decompress((shared_data / "stranger_orgs" / "NPSP_schema.json.gz").read_bytes()))
    for name, definition in schema["objects"].items():
        names[name] = {f"npsp__{field['fullName']}" for field in definition["fields"]}
    current = ""
    for line in (shared_data / "orgdata" / "npsp_trailhead_mapping.yml").read_text().splitlines():
        if found := re.match(r"  sf_object: (\w+)", line):
            current = found[1]
        elif found := re.match(r"    (\w+):", line):
            names.setdefault(current, set()).add(found[1])
    for name in ("Contact", "Opportunity"):
        path = shared_data / "salesforce" / "recorded" / f"GET_sobjects_{name}_describe.yaml.gz"
        recorded = yaml.load(gzip.decompress(path.read_bytes()), yaml.CSafeLoader)
        describe = json.loads(recorded["response"]["body"]["string"])
        names[name] |= {field["name"] for field in describe["fields"]}
    return names


def test_what_the_package_lacks_shows(package_schemas):
    lacking = {name: schema for name, schema in package_schemas.items() if name != "Success_Reading__c"}
    found = check(load("salesforce", ("Account",)), lacking)
    assert {problem.where for problem in found} == {"Success_Reading__c"}


def test_a_shipped_mapping_may_be_named_as_settings_hold_it():
    assert load(Path("npsp"), ("Contact",)) == load("npsp", ("Contact",))
