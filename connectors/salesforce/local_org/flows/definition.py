"""A flow's XML as the values that the runtime walks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal as Only

from connectors.salesforce.local_org.metadata.tree import Node, parse

Plain = str | bool | Decimal | date | datetime | None


@dataclass(frozen=True)
class Value:
    """A literal, or what the name in `reference` stands for."""

    literal: Plain = None
    reference: str | None = None


@dataclass(frozen=True)
class Condition:
    """One comparison: `left` is a field of the record in filters, any name in a decision."""

    left: str
    operator: str
    right: Value


@dataclass(frozen=True)
class Test:
    """Conditions and how they join: "and", "or" or such as "1 AND (2 OR 3)"."""

    logic: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Rule:
    """One outcome of a decision."""

    name: str
    test: Test
    target: str | None


@dataclass(frozen=True)
class Item:
    """One assignment: `to` is a variable or field name; `operator` Assign, Add or Subtract."""

    to: str
    operator: str
    value: Value


@dataclass(frozen=True)
class Element:
    """One step. `kind` is its tag; the parts that the kind doesn't have are empty."""

    kind: Only["decisions", "assignments", "recordCreates", "recordUpdates", "actionCalls"]
    name: str
    line: int
    target: str | None = None
    fault: str | None = None
    rules: tuple[Rule, ...] = ()
    items: tuple[Item, ...] = ()
    object: str = ""
    input: str | None = None
    test: Test = Test("and", ())
    keep_id_in: str | None = None
    action_type: str = ""
    action: str = ""


HEARD = "PlatformEvent"
"""The trigger of a flow that a published event starts, after the commit."""


@dataclass(frozen=True)
class Flow:
    """One version of a flow that records or events trigger. `start` is the immediate path, `later` the one after the
    commit; what an event starts has no `when`.
    """

    label: str
    status: str
    process_type: str
    object: str
    trigger: str
    when: str
    order: int
    test: Test
    formula: str
    only_when_it_becomes_true: bool
    start: str | None
    later: str | None
    elements: dict[str, Element] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Return whether the flow writes records."""
        return any(element.kind in {"recordCreates", "recordUpdates"} for element in self.elements.values())


@lru_cache(maxsize=500)
def flow_from_text(text: str) -> Flow:
    """Return the flow in a stored XML document."""
    return flow_from(parse(text.encode()))


def flow_from(root: Node) -> Flow:
    """Return the flow of a document that has passed the checks of form."""
    start = root.one("start") or Node("start", "", root.line, root.column)
    later = [path for path in start.all("scheduledPaths") if path.say("pathType") == "AsyncAfterCommit"]
    return Flow(
        label=root.say("label"),
        status=root.say("status", "Draft"),
        process_type=root.say("processType"),
        object=start.say("object"),
        trigger=start.say("triggerType"),
        when=start.say("recordTriggerType"),
        order=root.number("triggerOrder") or 1000,
        test=_test(start.say("filterLogic"), start.all("filters"), "field", "value"),
        formula=start.say("filterFormula"),
        only_when_it_becomes_true=start.flag("doesRequireRecordChangedToMeetCriteria"),
        start=_target(start),
        later=_target(later[0]) if later else None,
        elements={element.name: element for element in _elements(root)},
        variables={node.say("name"): node.say("dataType") for node in root.all("variables")},
        formulas={node.say("name"): node.say("expression") for node in root.all("formulas")},
    )


def _target(node: Node, tag: str = "connector") -> str | None:
    connector = node.one(tag)
    return None if connector is None else connector.say("targetReference")


def _test(logic: str, nodes: list[Node], left: str, right: str) -> Test:
    conditions = (Condition(node.say(left), node.say("operator"), _value(node.one(right))) for node in nodes)
    return Test(logic or "and", tuple(conditions))


def _value(node: Node | None) -> Value:
    if node is None or not node.children:
        return Value()
    said = node.children[0]
    kinds = {
        "stringValue": lambda text: text,
        "booleanValue": lambda text: text == "true",
        "numberValue": Decimal,
        "dateValue": date.fromisoformat,
        "dateTimeValue": datetime.fromisoformat,
    }
    if said.tag == "elementReference":
        return Value(reference=said.text)
    return Value(literal=kinds[said.tag](said.text)) if said.tag in kinds else Value()


def _elements(root: Node) -> list[Element]:
    return [
        *(_decision(node) for node in root.all("decisions")),
        *(_assignment(node) for node in root.all("assignments")),
        *(_record(node, "recordCreates") for node in root.all("recordCreates")),
        *(_record(node, "recordUpdates") for node in root.all("recordUpdates")),
        *(_action(node) for node in root.all("actionCalls")),
    ]


def _decision(node: Node) -> Element:
    rules = tuple(
        Rule(
            rule.say("name"),
            _test(rule.say("conditionLogic"), rule.all("conditions"), "leftValueReference", "rightValue"),
            _target(rule),
        )
        for rule in node.all("rules")
    )
    return Element("decisions", node.say("name"), node.line, _target(node, "defaultConnector"), rules=rules)


def _assignment(node: Node) -> Element:
    items = tuple(
        Item(item.say("assignToReference"), item.say("operator"), _value(item.one("value")))
        for item in node.all("assignmentItems")
    )
    return Element("assignments", node.say("name"), node.line, _target(node), items=items)


def _record(node: Node, kind: Only["recordCreates", "recordUpdates"]) -> Element:
    items = tuple(Item(item.say("field"), "Assign", _value(item.one("value"))) for item in node.all("inputAssignments"))
    return Element(
        kind,
        node.say("name"),
        node.line,
        _target(node),
        _target(node, "faultConnector"),
        items=items,
        object=node.say("object"),
        input=node.say("inputReference") or None,
        test=_test(node.say("filterLogic"), node.all("filters"), "field", "value"),
        keep_id_in=node.say("assignRecordIdToReference") or None,
    )


def _action(node: Node) -> Element:
    return Element(
        "actionCalls",
        node.say("name"),
        node.line,
        _target(node),
        _target(node, "faultConnector"),
        action_type=node.say("actionType"),
        action=node.say("actionName"),
    )
