"""Components of other people's packages: taken only where the org is told that the package may be here."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import custom_object, field, package, xml

LOOKUP = "<referenceTo>Account</referenceTo><relationshipName>Funds</relationshipName>"
FILES = {
    "objects/npsp__Fund__c.object": custom_object(field("npsp__Donor__c", "Lookup", LOOKUP)),
    "objects/Account.object": xml("CustomObject", field("npsp__Kind__c")),
}
MEMBERS = {
    "CustomObject": ["npsp__Fund__c", "Account"],
    "CustomField": ["npsp__Fund__c.npsp__Donor__c", "Account.npsp__Kind__c"],
}


def test_a_packages_components_keep_their_prefix_and_so_do_their_relationships(bench: Bench) -> None:
    bench.org.settings = replace(bench.org.settings, namespaces=frozenset({"npsp"}))

    result = bench.deploy(package(FILES, MEMBERS))

    assert result["success"], result["details"]["componentFailures"]
    fund = bench.org.schema.object("npsp__Fund__c")
    donor = fund.field("npsp__Donor__c") if fund else None
    assert donor
    assert (donor.relationship_name, donor.child_relationship_name) == ("npsp__Donor__r", "npsp__Funds__r")


def test_a_prefix_that_the_org_was_not_told_of_is_refused(bench: Bench) -> None:
    bench.org.settings = replace(bench.org.settings, namespaces=frozenset({"npe01"}))

    faults = bench.faults(package(FILES, MEMBERS))

    assert {name for _, name, problem in faults if "is not valid" in problem} == {
        "npsp__Fund__c",
        "npsp__Fund__c.npsp__Donor__c",
        "Account.npsp__Kind__c",
    }
