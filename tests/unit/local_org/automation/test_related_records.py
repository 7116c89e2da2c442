"""What a flow knows of the record that its record looks up to."""

from __future__ import annotations

import pytest

from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.test_flows import task
from tests.unit.local_org.automation.zips import flow, package, start


def of_contacts(reference: str) -> str:
    return flow(start("Create", to=None, later="Make", of="Contact"), task("Call", Description=reference))


def deployed(bench: Bench, reference: str) -> list[tuple[str, str, str]]:
    return bench.faults(package({"flows/Related.flow": of_contacts(reference)}, {"Flow": ["Related"]}))


def test_a_flow_reads_the_record_that_its_own_looks_up_to(bench: Bench) -> None:
    assert deployed(bench, "$Record.Account.Site") == []
    firm = bench.create("Account", Name="Sample Ltd", Site="Leeds")

    bench.create("Contact", LastName="Inside", AccountId=firm)
    bench.update("Account", firm, Site="York")
    bench.create("Contact", LastName="Outside")
    bench.automation.settle()

    told = bench.rows("SELECT description FROM org.task ORDER BY id")
    assert told == [("York",), (None,)], "read when the asynchronous path runs, not when the record was saved"
    assert bench.automation.triggers.last_error is None


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("$Record.Nobody__r.Name", 'The relationship "Nobody__r" for the object "Contact" doesn\'t exist.'),
        ("$Record.Account.Nothing__c", 'The field "Nothing__c" for the object "Account" doesn\'t exist.'),
        ("$Record.Account.Owner.Name", "only fields of a record that is looked up directly"),
    ],
)
def test_what_is_not_there_or_too_far_away_is_refused_by_name(untouched: Bench, reference: str, problem: str) -> None:
    ((_, name, told),) = deployed(untouched, reference)
    assert name == "Related"
    assert problem in told
