"""composite/graph: several composites in one call, each of which is done as a whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import WORK, json_object, work
from connectors.salesforce.local_org.rest.subrequests import REFERENCE, Json, halted, run

MOST_NODES = 500
MOST_GRAPHS = 75
MOST_DEPTH = 15
MOST_FAILED = 14
MOST_KINDS = 15
RESOURCE = re.compile(r"/services/data/(?P<version>v\d\d\.0)/sobjects/(?P<object>\w+)(?P<below>(/[^/?]+)*)/?(\?.*)?")
METHODS = {0: ("POST",), 1: ("GET", "PATCH", "DELETE"), 2: ("GET", "POST", "PATCH", "DELETE")}
"""What a node may do to an object, to a record by its id, and to one by an external id."""
GRAPH_ID = re.compile(r"[A-Za-z0-9][^.]{0,38}")
blueprint = Blueprint("graph", __name__)


class _Failed(Exception):
    """One node of a graph failed."""


@blueprint.post("/composite/graph", strict_slashes=False)
def graphs() -> Response:
    """Run each graph in a transaction of its own; past 14 failed ones no more are tried."""
    given = _checked(json_object().get("graphs"))
    answers: list[Json] = []
    failed = 0
    for each in given:
        nodes: list[Json] = each["compositeRequest"]
        told = [halted(node["referenceId"]) for node in nodes] if failed > MOST_FAILED else _run(nodes)
        good = all(answer["httpStatusCode"] < 400 for answer in told)
        failed += not good
        answers.append({"graphId": each["graphId"], "graphResponse": {"compositeResponse": told}, "isSuccessful": good})
    return jsonify({"graphs": answers})


def _run(nodes: list[Json]) -> list[Json]:
    answers: list[Json] = []
    try:
        with work() as at:
            answers = run(nodes, {WORK: at})
            _stop_if_one_failed(answers)
    except _Failed:
        return [answer if answer["httpStatusCode"] >= 400 else halted(answer["referenceId"]) for answer in answers]
    return answers


def _stop_if_one_failed(answers: Sequence[Json]) -> None:
    if any(answer["httpStatusCode"] >= 400 for answer in answers):
        raise _Failed


def _checked(given: Any) -> list[Json]:
    """Return the graphs when they are well formed and within the limits."""
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise OrgError("JSON_PARSER_ERROR", "graphs: a list of objects is expected at [line:1, column:1]")
    if len(given) > MOST_GRAPHS:
        raise OrgError("LIMIT_EXCEEDED", f"A request has {MOST_GRAPHS} graphs at most, not {len(given)}")
    ids = [each.get("graphId") for each in given]
    if not all(isinstance(each, str) and GRAPH_ID.fullmatch(each) for each in ids) or len(set(ids)) < len(ids):
        words = "Each graph needs a graphId that no other has: a letter or digit first, under 40 characters, no period"
        raise OrgError("INVALID_INPUT", words)
    kinds = {kind for each in given for kind in _check_nodes(each.get("compositeRequest"))}
    if len(kinds) > MOST_KINDS:
        words = f"A request has nodes of {MOST_KINDS} versions, methods and objects at most, not {len(kinds)}"
        raise OrgError("LIMIT_EXCEEDED", words)
    total = sum(len(each["compositeRequest"]) for each in given)
    if total > MOST_NODES:
        raise OrgError("LIMIT_EXCEEDED", f"A request has {MOST_NODES} nodes at most, not {total}")
    return given


def _check_nodes(nodes: Any) -> set[tuple[str, ...]]:
    """Return the different kinds of nodes, by version, method and object, when each is well formed."""
    if not isinstance(nodes, list) or not nodes or not all(isinstance(each, dict) for each in nodes):
        raise OrgError("JSON_PARSER_ERROR", "compositeRequest: a list of objects is expected at [line:1, column:1]")
    depths: dict[str, int] = {}
    kinds = set()
    for node in nodes:
        name = node.get("referenceId")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w*", name) or name in depths:
            raise OrgError(
                "INVALID_INPUT", "Each node needs a referenceId of its own: a letter, then letters, digits or _"
            )
        kinds.add(_kind(node))
        named = REFERENCE.findall(f"{node.get('url')} {node.get('body')}")
        parents = [depths.get(re.split(r"[.\[]", path)[0], 0) for path in named]
        depths[name] = 1 + max(parents, default=0)
        if depths[name] > MOST_DEPTH:
            raise OrgError("LIMIT_EXCEEDED", f"A graph is {MOST_DEPTH} nodes deep at most")
    return kinds


def _kind(node: Json) -> tuple[str, ...]:
    """Return version, method and object of a node; what no graph may do is refused."""
    url, method = str(node.get("url")), str(node.get("method")).upper()
    found = RESOURCE.fullmatch(url)
    if found is None or method not in METHODS.get(found["below"].count("/"), ()):
        raise OrgError("INVALID_INPUT", f"A graph's nodes are requests of records below /sobjects, not {method} {url}")
    return found["version"], method, found["object"].lower()
