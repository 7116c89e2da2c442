"""composite/tree, composite/batch and composite/graph."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.local_org.conftest import Client

DATA = "/services/data/v66.0"


def record(kind: str, reference: str, **values: Any) -> dict[str, Any]:
    return {"attributes": {"type": kind, "referenceId": reference}, **values}


def graph(name: str, *nodes: dict[str, Any]) -> dict[str, Any]:
    return {"graphId": name, "compositeRequest": list(nodes)}


def node(reference: str, url: str, method: str = "POST", **body: Any) -> dict[str, Any]:
    return {"referenceId": reference, "method": method, "url": f"{DATA}/sobjects/{url}", "body": body}


def test_a_tree_is_created_with_all_that_belongs_to_it(admin: Client) -> None:
    people = {"records": [record("Contact", "p1", LastName="One"), record("Contact", "p2", LastName="Two")]}
    goals = {"records": [record("Goal__c", "g", Note__c="x")]}
    trees = [record("Account", "a1", Name="A", Contacts=people, Goals__r=goals), record("Account", "a2", Name="B")]
    response = admin("POST", "/composite/tree/Account", {"records": trees})
    assert (response.status_code, response.json()["hasErrors"]) == (201, False)
    ids = {each["referenceId"]: each["id"] for each in response.json()["results"]}
    assert list(ids) == ["a1", "a2", "p1", "p2", "g"]
    assert admin.row("Contact", ids["p2"])["AccountId"] == ids["a1"]
    assert admin.row("Goal__c", ids["g"])["Account__c"] == ids["a1"]


def test_one_refused_record_undoes_the_whole_tree(admin: Client) -> None:
    people = {"records": [record("Contact", "p", FirstName="Nameless")]}
    response = admin(
        "POST", "/composite/tree/Account", {"records": [record("Account", "a", Name="A", Contacts=people)]}
    )
    assert response.status_code == 400
    assert response.json()["hasErrors"] is True
    ((told,),) = [response.json()["results"]]
    assert (told["referenceId"], told["errors"][0]["statusCode"]) == ("p", "REQUIRED_FIELD_MISSING")
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 0


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([record("Account", "a", Name="A"), record("Account", "a", Name="B")], "Duplicate ReferenceId"),
        ([{"attributes": {"type": "Account"}, "Name": "A"}], "Include a reference ID"),
        ([record("Contact", "c", LastName="C")], "The type of this record is Account"),
        (
            [record("Account", "a", Name="A", Nothings={"records": [record("Contact", "c")]})],
            "No such column 'Nothings'",
        ),
    ],
)
def test_a_malformed_tree_is_refused_with_its_record(admin: Client, records: list[Any], words: str) -> None:
    response = admin("POST", "/composite/tree/Account", {"records": records})
    (told,) = response.json()["results"]
    assert response.status_code == 400
    assert words in told["errors"][0]["message"]


def test_a_tree_has_200_records_at_most(admin: Client) -> None:
    many = [record("Account", f"a{n}", Name="A") for n in range(201)]
    assert admin.refusal("POST", "/composite/tree/Account", {"records": many})[:2] == (400, "INVALID_INPUT")


def test_a_batch_runs_each_request_by_itself(admin: Client) -> None:
    requests = [
        {"method": "POST", "url": "v66.0/sobjects/Account", "richInput": {"Name": "A"}},
        {"method": "GET", "url": "v66.0/sobjects/Nothing"},
        {"method": "GET", "url": f"{DATA}/query?q=SELECT+Name+FROM+Account"},
    ]
    told = admin("POST", "/composite/batch", {"batchRequests": requests}).json()
    assert [each["statusCode"] for each in told["results"]] == [201, 404, 200]
    assert told["hasErrors"] is True
    assert told["results"][1]["result"][0]["errorCode"] == "NOT_FOUND"
    assert told["results"][2]["result"]["records"][0]["Name"] == "A"


def test_a_batch_may_halt_at_the_first_error(admin: Client) -> None:
    requests = [
        {"method": "GET", "url": "v66.0/sobjects/Nothing"},
        {"method": "POST", "url": "v66.0/sobjects/Account", "richInput": {"Name": "A"}},
    ]
    told = admin("POST", "/composite/batch", {"haltOnError": True, "batchRequests": requests}).json()
    assert told["results"][1]["statusCode"] == 412
    assert told["results"][1]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 0


def test_a_batch_has_25_requests_at_most_and_no_composites(admin: Client) -> None:
    many = [{"method": "GET", "url": "v66.0/limits"}] * 26
    assert admin.refusal("POST", "/composite/batch", {"batchRequests": many})[1] == "LIMIT_EXCEEDED"
    nested = [{"method": "POST", "url": "v66.0/composite/batch", "richInput": {}}]
    (told,) = admin("POST", "/composite/batch", {"batchRequests": nested}).json()["results"]
    assert (told["statusCode"], told["result"][0]["errorCode"]) == (400, "INVALID_INPUT")


def test_a_graph_is_done_as_a_whole_or_not_at_all(admin: Client) -> None:
    good = graph("good", node("a", "Account", Name="A"), node("c", "Contact", LastName="C", AccountId="@{a.id}"))
    bad = graph("bad", node("a", "Account", Name="B"), node("c", "Contact", FirstName="Nameless"))
    first, second = admin("POST", "/composite/graph", {"graphs": [good, bad]}).json()["graphs"]
    assert (first["graphId"], first["isSuccessful"], second["isSuccessful"]) == ("good", True, False)
    answers = second["graphResponse"]["compositeResponse"]
    assert [each["httpStatusCode"] for each in answers] == [400, 400]
    assert [each["body"][0]["errorCode"] for each in answers] == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]
    (row,) = admin.query("SELECT LastName, Account.Name FROM Contact")["records"]
    assert row["Account"]["Name"] == "A"
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 1


def test_after_more_than_14_failed_graphs_no_more_are_tried(admin: Client) -> None:
    bad = [graph(f"g{n}", node("a", "Account", Phone="1")) for n in range(15)]
    told = admin("POST", "/composite/graph", {"graphs": [*bad, graph("last", node("a", "Account", Name="A"))]}).json()
    (answer,) = told["graphs"][-1]["graphResponse"]["compositeResponse"]
    assert answer["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 0


def test_a_graph_reads_changes_and_deletes_records_by_id_and_by_external_id(admin: Client) -> None:
    record_id = admin.create("Account", Name="A", Key__c="k")
    nodes = [
        node("read", f"Account/{record_id}?fields=Name", "GET"),
        node("put", "Account/Key__c/new", "PATCH", Name="B"),
        node("change", "Account/@{put.id}", "PATCH", Name="C"),
        node("gone", "Account/Key__c/k", "DELETE"),
    ]
    (told,) = admin("POST", "/composite/graph", {"graphs": [graph("g", *nodes)]}).json()["graphs"]
    codes = [each["httpStatusCode"] for each in told["graphResponse"]["compositeResponse"]]
    assert codes == [200, 201, 204, 204]
    assert [each["Name"] for each in admin.query("SELECT Name FROM Account")["records"]] == ["C"]


@pytest.mark.parametrize(
    ("graphs", "code"),
    [
        ([graph("g", *(node(f"n{n}", "Account", Name="A") for n in range(501)))], "LIMIT_EXCEEDED"),
        ([graph("g", node("n", "Account")), graph("g", node("n", "Account"))], "INVALID_INPUT"),
        ([graph("g", node("n", "Account"), node("n", "Account"))], "INVALID_INPUT"),
        ([graph("g", {**node("n", "Account"), "url": f"{DATA}/query"})], "INVALID_INPUT"),
        ([graph("g", node("n0", "Account"),
                *(node(f"n{n}", f"Account/@{{n{n - 1}.id}}", "PATCH") for n in range(1, 16)))], "LIMIT_EXCEEDED"),
        ("all", "JSON_PARSER_ERROR"),
        ([graph(f"g{n}", node("n", "Account", Name="A")) for n in range(76)], "LIMIT_EXCEEDED"),
        ([graph("g1", *(node(f"n{n}", "Account", Name="A") for n in range(251))),
          graph("g2", *(node(f"n{n}", "Account", Name="A") for n in range(250)))], "LIMIT_EXCEEDED"),
        ([graph("g", *(node(f"n{n}", f"Kind{n}__c") for n in range(16)))], "LIMIT_EXCEEDED"),
        ([graph("g.1", node("n", "Account"))], "INVALID_INPUT"),
        ([graph("g" * 40, node("n", "Account"))], "INVALID_INPUT"),
        ([graph("g", node("n", "Account", "GET"))], "INVALID_INPUT"),
        ([graph("g", node("n", "Account/001/Contacts/x", "GET"))], "INVALID_INPUT"),
    ],
)  # fmt: skip
def test_a_malformed_graph_is_refused(admin: Client, graphs: Any, code: str) -> None:
    assert admin.refusal("POST", "/composite/graph", {"graphs": graphs})[:2] == (400, code)
