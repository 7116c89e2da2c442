"""Formula fields: worked out whenever they are read, the same in queries, reads and validation rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.salesforce.local_org.calculated import fill, value_in
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.permissions import API_PROFILE, Access
from connectors.salesforce.local_org.rest.queries import run
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client, visible

NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)


def formula(name: str, kind: str, text: str, **more: Any) -> FieldDef:
    made = FieldDef(name, name, kind, custom=True, formula=text, createable=False, updateable=False, scale=2, **more)
    return visible(made)


def put(org: LocalOrg, *fields: FieldDef, on: str = "Account") -> None:
    with org.org.change_schema() as change:
        for field in fields:
            change.put_field(on, field)


@pytest.fixture
def still(make_org: Callable[..., LocalOrg]) -> LocalOrg:
    """An org whose time stands still, at an evening in New York that is the next day in UTC."""
    return make_org(clock=lambda: NOW)


def value(org: LocalOrg, kind: str, text: str, **more: Any) -> Any:
    """What a formula field of an account comes to."""
    put(org, formula("F__c", kind, text, **more))
    admin = Client(org, org.admin_token())
    values = {"Name": "Sample", "Fee__c": 12.5, "Since__c": "2026-03-01", "Tier__c": "Gold", "NumberOfEmployees": 4}
    record = admin.create("Account", **values)
    told = admin.row("Account", record)["F__c"]
    assert admin.query("SELECT F__c FROM Account")["records"][0]["F__c"] == told
    return told


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("Number", "Fee__c * 2 + 1", 26.0),
        ("Number", "Fee__c / 0", None),
        ("Number", "AnnualRevenue + 1", 1.0),
        ("Percent", "Fee__c / 50", 25.0),
        ("Text", 'Name & " of " & TEXT(Fee__c)', "Sample of 12.5"),
        ("Text", 'Name + "!"', "Sample!"),
        ("Text", "Phone", None),
        ("Text", 'IF(ISPICKVAL(Tier__c, "Gold"), "first", "other")', "first"),
        ("Text", "TEXT(Tier__c) & LEFT(UPPER(Name), 2)", "GoldSA"),
        ("Text", 'BLANKVALUE(Phone, "none")', "none"),
        ("Checkbox", 'AND(Active__c, NOT(ISBLANK(Since__c)), BEGINS(Name, "Sam"))', True),
        ("Checkbox", "Since__c > TODAY()", False),
        ("Number", "TODAY() - Since__c", 8.0),
        ("Date", "Since__c + 30", "2026-03-31"),
        ("Date", "Since__c - 1", "2026-02-28"),
        ("DateTime", "NOW() - 1", "2026-03-09T02:30:00.000+0000"),
        ("Number", "MAX(Fee__c, 3, LEN(Name))", 12.5),
        ("Number", "IF(Fee__c >= 12.5, 1, 0) + NumberOfEmployees", 5.0),
        ("Text", "Owner.Name", "Ada Admin"),
    ],
)
def test_a_formula_field_is_worked_out(still: LocalOrg, kind: str, text: str, expected: Any) -> None:
    assert value(still, kind, text) == expected


def test_blanks_stay_blank_where_the_field_says_so(still: LocalOrg) -> None:
    field = formula("F__c", "Number", "AnnualRevenue + 1")
    field.extra["blanks"] = "BlankAsBlank"
    put(still, field)
    admin = Client(still, still.admin_token())
    assert admin.row("Account", admin.create("Account", Name="Sample"))["F__c"] is None


def test_a_formula_may_look_at_parents_and_at_other_formulas(org: LocalOrg, admin: Client) -> None:
    put(org, formula("Double__c", "Number", "Fee__c * 2"))
    put(org, formula("Above__c", "Text", 'Account.Name & ":" & TEXT(Account.Double__c)'), on="Contact")
    account = admin.create("Account", Name="Sample", Fee__c=4)
    admin.create("Contact", LastName="Sample", AccountId=account)
    admin.create("Contact", LastName="Alone")
    told = admin.query("SELECT Above__c, Account.Double__c FROM Contact ORDER BY LastName DESC")["records"]
    assert [each["Above__c"] for each in told] == ["Sample:8", ":0"]
    assert told[0]["Account"]["Double__c"] == 8.0


def test_a_query_filters_sorts_and_groups_by_a_formula(org: LocalOrg, admin: Client) -> None:
    put(org, formula("Size__c", "Text", 'IF(Fee__c > 10, "big", "small")'))
    for fee in (1, 20, 30):
        admin.create("Account", Name=f"Sample {fee}", Fee__c=fee)
    told = admin.query("SELECT Name FROM Account WHERE Size__c = 'big' ORDER BY Size__c, Name DESC")["records"]
    assert [each["Name"] for each in told] == ["Sample 30", "Sample 20"]
    groups = admin.query("SELECT Size__c, COUNT(Id) n FROM Account GROUP BY Size__c ORDER BY Size__c")["records"]
    assert [(each["Size__c"], each["n"]) for each in groups] == [("big", 2), ("small", 1)]


def test_a_formula_field_is_described_as_calculated_and_never_written(org: LocalOrg, admin: Client) -> None:
    put(org, formula("Double__c", "Currency", "Fee__c * 2"))
    fields = admin("GET", "/sobjects/Account/describe").json()["fields"]
    (told,) = (each for each in fields if each["name"] == "Double__c")
    wanted = {"calculated": True, "calculatedFormula": "Fee__c * 2", "createable": False, "updateable": False}
    assert told | wanted | {"type": "currency", "formulaTreatNullNumberAsZero": True} == told
    status, code, _ = admin.refusal("POST", "/sobjects/Account", {"Name": "A", "Double__c": 2})
    assert (status, code) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")


def test_a_formulas_change_moves_no_stamp(org: LocalOrg, admin: Client) -> None:
    record = admin.create("Account", Name="Sample", Fee__c=1)
    before = admin.row("Account", record)["SystemModstamp"]
    put(org, formula("F__c", "Number", "Fee__c"))
    put(org, formula("F__c", "Number", "Fee__c + 5"))
    row = admin.row("Account", record)
    assert (row["F__c"], row["SystemModstamp"]) == (6.0, before)


def test_a_formula_counts_what_its_reader_may_not_see(org: LocalOrg, admin: Client) -> None:
    put(org, formula("F__c", "Text", "Phone"))
    admin.create("Account", Name="Sample", Phone="1")
    reader = Access(org.org.founding.integration_id, API_PROFILE, {"account": frozenset({"read"})})
    with org.org.work(reader) as at:
        assert run(at, "SELECT F__c FROM Account")[1][0][-1] == "1"
        with pytest.raises(OrgError) as refused:
            run(at, "SELECT Phone FROM Account")
    assert refused.value.code == "INVALID_FIELD"


NUMBERS = st.sampled_from(["Fee__c", "NumberOfEmployees", "AnnualRevenue", "2", "0.5", "LEN(Name)"])
SUMS = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.builds(lambda a, sign, b: f"({a} {sign} {b})", inner, st.sampled_from("+-*"), inner),
        st.builds(lambda a, b: f"IF({a} > {b}, {b}, MIN({a}, 3))", inner, inner),
        st.builds(lambda a: f"ABS({a})", inner),
    ),
    max_leaves=6,
)


def test_a_save_and_the_database_work_a_formula_out_alike(org: LocalOrg, admin: Client) -> None:
    record = admin.create("Account", Name="Sample", Fee__c=12.5, NumberOfEmployees=4)
    definition = org.org.schema.objects["account"]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(SUMS)
    def alike(text: str) -> None:
        field = formula("F__c", "Number", text)
        definition.fields["f__c"] = field
        with org.org.work() as work:
            row = {"id": record, "name": "Sample", "fee__c": Decimal("12.5"), "numberofemployees": Decimal(4)}
            ours = value_in(definition, dict(row), "F__c", NOW)
            fill(work, definition, [row], [field])
        assert row["f__c"] == ours

    alike()


def put_rule(org: LocalOrg, text: str) -> None:
    """Give accounts a validation rule."""
    with org.org.change_schema() as change:
        account = change.schema.objects["account"]
        account.validation_rules["Sample_Rule"] = {"active": True, "formula": text, "message": "Broken.", "field": None}
        change.save_object(account)


def test_a_percent_is_a_fraction_in_formulas_and_rules_and_a_hundredfold_outside(org: LocalOrg, admin: Client) -> None:
    put(org, visible(FieldDef("Share__c", "Share", "Percent", custom=True, precision=5, scale=2)))
    put(org, formula("Half__c", "Percent", "Share__c / 2"), formula("Part__c", "Number", "Share__c * 8"))
    put_rule(org, "OR(Share__c > 0.5, Half__c = 0.2, PRIORVALUE(Share__c) = 0.3, ROUND(Part__c, 0) = 1)")
    record = admin.create("Account", Name="Sample", Share__c=50)
    row = admin.row("Account", record)
    assert (row["Share__c"], row["Half__c"], row["Part__c"]) == (50.0, 25.0, 4.0)
    assert admin.query("SELECT Id FROM Account WHERE Share__c = 50 AND Half__c > 24")["totalSize"] == 1
    path = f"/sobjects/Account/{record}"
    for share in (51, 40, 12.5):
        told = admin.refusal("PATCH", path, {"Share__c": share})
        assert told == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Broken.")
    assert admin("PATCH", path, {"Share__c": 30}).status_code == 204
    assert admin.refusal("PATCH", path, {"Share__c": 31})[1] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"


def test_a_rule_may_use_cases_rounding_and_days(org: LocalOrg, admin: Client) -> None:
    put_rule(org, 'Since__c < DATE(2026, 1, 1) && ROUND(Fee__c, 0) > CASE(Tier__c, "Gold", 100, 10)')
    old = {"Name": "Sample", "Since__c": "2025-12-31"}
    admin.create("Account", **old, Fee__c=100.4, Tier__c="Gold")
    admin.create("Account", **old, Fee__c=10.4)
    admin.create("Account", Name="Sample", Since__c="2026-01-01", Fee__c=500)
    admin.create("Account", Name="Sample", Fee__c=500)
    for values in ({"Fee__c": 100.5, "Tier__c": "Gold"}, {"Fee__c": 10.5, "Tier__c": "Silver"}):
        assert admin.refusal("POST", "/sobjects/Account", old | values)[1] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
