"""Roll-up summaries: what the details come to, kept on their master by every way of changing them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce.local_org import deletes, dml
from connectors.salesforce.local_org.merges import merge
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import custom_object, field, manifest, package, xml

MASTER = "<referenceTo>Account</referenceTo><relationshipName>Gifts</relationshipName>"
AMOUNT = field("Amount__c", "Currency", "<precision>10</precision><scale>2</scale>")
DETAIL = custom_object(
    field("Account__c", "MasterDetail", MASTER) + AMOUNT + field("Given__c", "Date", "") + field("Kind__c"),
    label="Gift",
).replace("<sharingModel>ReadWrite", "<sharingModel>ControlledByParent")


def summary(name: str, operation: str, summed: str = "", filters: str = "", key: str = "Gift__c.Account__c") -> str:
    of = f"<summarizedField>Gift__c.{summed}</summarizedField>" if summed else ""
    more = f"{of}{filters}<summaryForeignKey>{key}</summaryForeignKey><summaryOperation>{operation}</summaryOperation>"
    return field(name, "Summary", more)


def only(name: str, operation: str, value: str) -> str:
    return (
        f"<summaryFilterItems><field>Gift__c.{name}</field><operation>{operation}</operation><value>{value}</value>"
        "</summaryFilterItems>"
    )


SUMMARIES = {
    "Gifts__c": summary("Gifts__c", "count"),
    "Given__c": summary("Given__c", "sum", "Amount__c"),
    "Last__c": summary("Last__c", "max", "Given__c"),
    "Least__c": summary("Least__c", "min", "Amount__c"),
    "Big__c": summary(
        "Big__c", "count", "", only("Amount__c", "greaterOrEqual", "10") + only("Kind__c", "equals", "a, b")
    ),
}


def zipped(*summaries: str, rules: str = "") -> bytes:
    files = {"objects/Gift__c.object": DETAIL}
    if summaries:
        files["objects/Account.object"] = xml("CustomObject", "".join(summaries) + rules)
    names = [text.partition("<fullName>")[2].partition("<")[0] for text in summaries]
    members = {"CustomObject": ["Gift__c"], **({"CustomField": [f"Account.{name}" for name in names]} if names else {})}
    return package(files, {**members, **({"ValidationRule": ["Account.Few"]} if rules else {})})


def deployed(bench: Bench, **more: Any) -> None:
    result = bench.deploy(zipped(*SUMMARIES.values(), **more))
    assert result["success"], result["details"]["componentFailures"]


def told(bench: Bench, account: str) -> tuple[Any, ...]:
    names = ", ".join(name.lower() for name in SUMMARIES)
    return tuple(bench.rows(f"SELECT {names} FROM org.account WHERE id = %s", account)[0])


def gift(bench: Bench, account: str, amount: float, given: str = "2026-01-01", kind: str = "a") -> str:
    return bench.create("Gift__c", Name="G", Account__c=account, Amount__c=amount, Given__c=given, Kind__c=kind)


def test_a_summary_follows_its_details(bench: Bench) -> None:
    deployed(bench)
    account = bench.create("Account", Name="Sample")
    first = gift(bench, account, 10, "2026-01-01")
    gift(bench, account, 2.5, "2026-03-01", "b")
    gift(bench, account, 30, "2026-02-01", "c")
    assert [str(each) for each in told(bench, account)] == ["3", "42.50", "2026-03-01", "2.50", "1"]
    bench.update("Gift__c", first, Amount__c=100, Kind__c="c")
    assert [str(each) for each in told(bench, account)] == ["3", "132.50", "2026-03-01", "2.50", "0"]
    with bench.org.work() as work:
        deletes.delete(work, [first])
    assert [str(each) for each in told(bench, account)] == ["2", "32.50", "2026-03-01", "2.50", "0"]
    with bench.org.work() as work:
        deletes.undelete(work, first)
    assert told(bench, account)[0] == 3


def test_a_new_summary_counts_what_is_there_already(bench: Bench) -> None:
    assert bench.deploy(zipped())["success"]
    account, empty = bench.create("Account", Name="Sample"), bench.create("Account", Name="Empty")
    gift(bench, account, 5)
    before = bench.rows("SELECT systemmodstamp FROM org.account ORDER BY id")
    deployed(bench)
    assert [told(bench, each)[:2] for each in (account, empty)] == [(1, 5), (0, 0)]
    assert bench.rows("SELECT systemmodstamp FROM org.account ORDER BY id") == before


def test_a_merge_sums_up_what_the_master_got(bench: Bench) -> None:
    deployed(bench)
    stays, goes = (bench.create("Account", Name=name) for name in ("Stays", "Goes"))
    gift(bench, stays, 1)
    gift(bench, goes, 2)
    with bench.org.work() as work:
        assert merge(work, "Account", stays, [goes]).error is None
    assert told(bench, stays)[:2] == (2, 3)


def test_a_master_that_is_refused_refuses_its_detail(bench: Bench) -> None:
    rule = (
        "<validationRules><fullName>Few</fullName><active>true</active><errorConditionFormula>Gifts__c &gt; 1"
        "</errorConditionFormula><errorMessage>One is enough.</errorMessage></validationRules>"
    )
    deployed(bench, rules=rule)
    account = bench.create("Account", Name="Sample")
    gift(bench, account, 1)
    with bench.org.work() as work:
        (result,) = dml.create(work, "Gift__c", [{"Name": "G", "Account__c": account}])
    assert result.error is not None
    assert (result.error.code, result.error.message) == ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "One is enough.")
    assert told(bench, account)[0] == 1


@pytest.mark.parametrize("name", ["Gift__c.Amount__c", "Gift__c.Account__c", "Account.Gifts__c"])
def test_what_a_summary_or_a_formula_is_worked_out_from_stays(bench: Bench, name: str) -> None:
    twice = field("Twice__c", "Number", "<scale>0</scale><formula>Gifts__c * 2</formula>")
    assert bench.deploy(zipped(*SUMMARIES.values(), twice))["success"]
    gone = package({}, {}, destructiveChanges=manifest({"CustomField": [name]}))
    assert [problem for _, _, problem in bench.faults(gone) if "is referenced elsewhere" in problem]
    assert bench.rows("SELECT gifts__c, big__c FROM org.account") == []


def test_nobody_writes_a_summary(bench: Bench) -> None:
    deployed(bench)
    with bench.org.work() as work:
        (result,) = dml.create(work, "Account", [{"Name": "A", "Gifts__c": 2}])
    assert result.error is not None
    assert result.error.code == "INVALID_FIELD_FOR_INSERT_UPDATE"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (summary("A__c", "count", key="Gift__c.Name"), "Gift__c.Name is no master-detail field that leads to Account"),
        (summary("A__c", "sum", "Kind__c"), "Gift__c.Kind__c is no field that can be summed up by sum"),
        (summary("A__c", "sum"), "Must specify 'summarizedField' for a CustomField of type Summary"),
        (summary("A__c", "count", "", only("Kind__c", "contains", "x")), "does not model Gift__c.Kind__c contains"),
        (summary("A__c", "count", "", only("Amount__c", "equals", "much")), "Cannot deserialize instance of double"),
    ],
)
def test_a_faulty_summary_is_refused(untouched: Bench, text: str, problem: str) -> None:
    faults = untouched.faults(zipped(text))
    assert any(problem in words for _, _, words in faults), faults
