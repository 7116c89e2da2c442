"""What stops a flow's deployment: what Salesforce would refuse, and what the local org does not model, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.salesforce.local_org.calculated import is_text
from connectors.salesforce.local_org.flows import related
from connectors.salesforce.local_org.flows.definition import HEARD, Condition, Element, Flow, Test, Value
from connectors.salesforce.local_org.formula.evaluate import check as check_functions
from connectors.salesforce.local_org.formula.evaluate import check_nulls
from connectors.salesforce.local_org.formula.parse import FormulaError, calls, parse, references
from connectors.salesforce.local_org.metadata import custom_metadata
from connectors.salesforce.local_org.schema import EVENT, ObjectDef, OrgSchema

_OPERATORS = frozenset(
    [
        "EqualTo",
        "NotEqualTo",
        "GreaterThan",
        "LessThan",
        "GreaterThanOrEqualTo",
        "LessThanOrEqualTo",
        "StartsWith",
        "EndsWith",
        "Contains",
        "IsNull",
        "IsChanged",
    ]
)
_GLOBALS = ("$Flow.CurrentDate", "$Flow.CurrentDateTime", "$Flow.FaultMessage", "$User.Id", "$Organization.Id")


@dataclass(frozen=True)
class _Place:
    """A flow about an object, in an org with other components: their lower-case full names by type."""

    flow: Flow
    target: ObjectDef
    schema: OrgSchema
    names: Mapping[str, set[str]]


def faults(flow: Flow, schema: OrgSchema, names: Mapping[str, set[str]]) -> Iterator[tuple[str, int]]:
    """Yield what is wrong with a flow; `names` are the other components there are, by type, in lower case."""
    target = schema.object(flow.object)
    yield from _trigger_faults(flow)
    if target is None:
        yield f"The object '{flow.object}' of the flow's start doesn't exist", 0
        return
    if (target.extra.get("kind") == EVENT) != (flow.trigger == HEARD):
        yield f"A flow of the triggerType '{flow.trigger}' can't be about {target.name}", 0
    at = _Place(flow, target, schema, names)
    for condition in flow.test.conditions:
        yield from ((problem, 0) for problem in _filter_faults(at, condition))
    yield from ((problem, 0) for problem in _logic_faults(flow.test, "the start"))
    if flow.formula:
        yield from ((problem, 0) for problem in _formula_faults(at, flow.formula, "filterFormula"))
    for name, text in flow.formulas.items():
        yield from ((problem, 0) for problem in _formula_faults(at, text, f"formula {name}"))
    for where, goal in _targets(flow):
        if goal is not None and goal not in flow.elements:
            yield f"{where} points to the element '{goal}', which doesn't exist", 0
    for element in flow.elements.values():
        for problem in _element_faults(at, element):
            yield f"{element.name}: {problem}", element.line
    if flow.start is None and flow.later is None:
        yield "The flow's start isn't connected to any element", 0


def _trigger_faults(flow: Flow) -> Iterator[tuple[str, int]]:
    if flow.process_type != "AutoLaunchedFlow":
        yield f"The local org does not model flows of the processType '{flow.process_type}'", 0
    if flow.trigger not in {"RecordAfterSave", "RecordBeforeSave", HEARD}:
        yield f"The local org does not model flows of the triggerType '{flow.trigger}'", 0
    if flow.trigger == HEARD:
        if flow.when or flow.later is not None:
            yield "A flow that a platform event starts has neither a recordTriggerType nor scheduled paths", 0
    elif flow.when not in {"Create", "Update", "CreateAndUpdate"}:
        yield f"The local org does not model flows of the recordTriggerType '{flow.when}'", 0
    if flow.trigger == "RecordBeforeSave" and flow.later is not None:
        yield "A flow that runs before the save can't have an asynchronous path", 0
    if flow.formula and flow.test.conditions:
        yield "A flow's start has filters or a filterFormula, not both", 0
    if flow.only_when_it_becomes_true and (flow.when in ("Create", "") or not (flow.formula or flow.test.conditions)):
        yield "doesRequireRecordChangedToMeetCriteria needs entry conditions and a flow that runs on updates", 0


def _field_faults(about: ObjectDef, name: str) -> Iterator[str]:
    """Yield why a flow can't use a field: there is none, or none with a value of its own."""
    found = about.field(name)
    if found is None:
        yield f'The field "{name}" for the object "{about.name}" doesn\'t exist.'
    elif found.calculated:
        yield f"The local org does not model the calculated field {about.name}.{name} in a flow"


def _filter_faults(at: _Place, condition: Condition) -> Iterator[str]:
    yield from _field_faults(at.target, condition.left)
    if condition.operator not in _OPERATORS:
        yield f"The local org does not model the operator '{condition.operator}'"
    if condition.operator == "IsChanged" and at.flow.when != "Update":
        yield f"The IsChanged operator can be used only when the flow runs on updates, not on {at.flow.when}"
    yield from _value_faults(at, condition.right)


def _formula_faults(at: _Place, text: str, which: str) -> Iterator[str]:
    try:
        tree = parse(text)
        check_functions(tree)
        check_nulls(tree, lambda name: is_text(at.target, name.removeprefix("$Record.")))
    except FormulaError as error:
        yield f"The {which} is invalid: {error}"
        return
    for call in calls(tree):
        if call.name in {"ISCHANGED", "PRIORVALUE"} and at.flow.when != "Update":
            yield f"The {which} is invalid: {call.name} can't be used when the flow runs on {at.flow.when}"
    for name in references(tree):
        yield from _name_faults(at, name)
        base, _, rest = name.partition(".")
        found = at.target.field(rest) if base in {"$Record", "$Record__Prior"} else None
        if found is not None and found.type == "Percent":
            yield f"The local org does not model the percent field {name} in a flow's formula"


def _logic_faults(test: Test, where: str) -> Iterator[str]:
    if test.logic.lower() in {"and", "or"}:
        return
    numbers = [int(number) for number in re.findall(r"\d+", test.logic)]
    words = set(re.findall(r"[A-Za-z_]+", test.logic.lower())) - {"and", "or", "not"}
    wrong = [number for number in numbers if not 1 <= number <= len(test.conditions)]
    if words or wrong or not numbers:
        yield f"The logic '{test.logic}' of {where} doesn't fit its {len(test.conditions)} conditions"


def _targets(flow: Flow) -> Iterator[tuple[str, str | None]]:
    yield "The start", flow.start
    yield "The asynchronous path", flow.later
    for element in flow.elements.values():
        yield element.name, element.target
        yield element.name, element.fault
        for rule in element.rules:
            yield rule.name, rule.target


def _name_faults(at: _Place, name: str) -> Iterator[str]:
    base, _, rest = name.partition(".")
    flow, target = at.flow, at.target
    if base in {"$Record", "$Record__Prior"}:
        if base == "$Record__Prior" and flow.when in ("Create", ""):
            yield "$Record__Prior can't be used in a flow that runs on Create only"
        if "." in rest:
            fault = related.fault(at.schema, target, rest) if base == "$Record" else f"'{name}' is not to be had"
            if fault:
                yield fault
        elif rest:
            yield from _field_faults(target, rest)
    elif base == "$Permission":
        if rest.lower() not in at.names.get("CustomPermission", set()):
            yield f"'{name}' names no custom permission that there is"
    elif name.startswith(custom_metadata.PREFIX):
        fault = custom_metadata.reference_fault(name, at.schema, at.names.get("CustomMetadata", set()))
        if fault:
            yield fault
    elif name not in flow.variables and name not in flow.formulas and name not in _GLOBALS:
        yield f"'{name}' doesn't exist, or the local org does not model it"


def _value_faults(at: _Place, value: Value) -> Iterator[str]:
    if value.reference is not None:
        yield from _name_faults(at, value.reference)


def _element_faults(at: _Place, element: Element) -> Iterator[str]:
    for rule in element.rules:
        yield from _logic_faults(rule.test, rule.name)
        for condition in rule.test.conditions:
            if condition.operator not in _OPERATORS:
                yield f"The local org does not model the operator '{condition.operator}'"
            yield from _name_faults(at, condition.left)
            yield from _value_faults(at, condition.right)
    for item in element.items:
        yield from _value_faults(at, item.value)
    if element.kind == "assignments":
        yield from _assignment_faults(at, element)
    elif element.kind == "actionCalls":
        yield from _action_faults(at, element)
    elif element.kind in {"recordCreates", "recordUpdates"}:
        yield from _record_faults(at, element)


def _assignment_faults(at: _Place, element: Element) -> Iterator[str]:
    for item in element.items:
        yield from _name_faults(at, item.to)
        if item.operator not in {"Assign", "Add", "Subtract"}:
            yield f"The local org does not model the assignment operator '{item.operator}'"


def _action_faults(at: _Place, element: Element) -> Iterator[str]:
    if element.action_type != "outboundMessage":
        yield f"The local org does not model actions of the type '{element.action_type}'"
        return
    object_name, _, name = element.action.partition(".")
    if element.action.lower() not in at.names.get("WorkflowOutboundMessage", set()):
        yield f"The outbound message '{element.action}' doesn't exist"
    elif object_name.lower() != at.target.name.lower():
        yield f"The outbound message '{name}' is of {object_name}, not of the flow's object {at.target.name}"


def _record_faults(at: _Place, element: Element) -> Iterator[str]:
    if at.flow.trigger == "RecordBeforeSave":
        yield f"A flow that runs before the save can't hold {element.kind}"
    about = at.target if element.input == "$Record" else at.schema.object(element.object)
    if element.input is not None and (element.input != "$Record" or element.kind == "recordCreates"):
        yield f"The local org does not model the inputReference '{element.input}'"
        return
    if about is None:
        yield f"The object '{element.object}' doesn't exist"
        return
    if element.kind == "recordUpdates" and element.input is None and not element.test.conditions:
        yield "An update without filters would touch every record; the local org does not model it"
    if element.test.logic.lower() != "and" or any(c.operator != "EqualTo" for c in element.test.conditions):
        yield "The local org models the filters of an update only where all of them are EqualTo"
    if element.keep_id_in is not None and element.keep_id_in not in at.flow.variables:
        yield f"'{element.keep_id_in}' doesn't exist"
    for name in [item.to for item in element.items] + [condition.left for condition in element.test.conditions]:
        yield from _field_faults(about, name)
