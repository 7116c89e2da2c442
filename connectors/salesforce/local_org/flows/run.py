"""One run of a flow for one record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import sql

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.flows import related
from connectors.salesforce.local_org.flows.conditions import alike, compare, holds
from connectors.salesforce.local_org.flows.definition import Condition, Element, Flow, Item, Test, Value
from connectors.salesforce.local_org.flows.granted import CustomPermissions
from connectors.salesforce.local_org.formula.evaluate import Scene, evaluate
from connectors.salesforce.local_org.formula.parse import parse
from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.metadata import custom_metadata
from connectors.salesforce.local_org.results import Result
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import shown, stored
from connectors.salesforce.local_org.work import Work

MOST_STEPS = 2000


@dataclass
class Interview:
    """A run under way: `record` and `prior` are rows (prior is None on create), `sends` collects outbound messages."""

    work: Work
    flow: Flow
    object: ObjectDef
    record: Row
    prior: Row | None
    variables: dict[str, Any] = field(default_factory=dict)
    sends: list[str] = field(default_factory=list)

    def begins(self) -> bool:
        """Return whether the record meets the flow's entry conditions."""
        if (self.prior is None and self.flow.when == "Update") or (
            self.prior is not None and self.flow.when == "Create"
        ):
            return False
        met = self._entry(self.record, self.prior)
        if self.flow.only_when_it_becomes_true and self.prior is not None:
            return met and not self._entry(self.prior, self.prior)
        return met

    def _entry(self, record: Row, prior: Row | None) -> bool:
        if self.flow.formula:
            return self._formula(self.flow.formula, record, prior) is True
        return holds(self.flow.test, lambda condition: self._field_meets(condition, record, prior))

    def _formula(self, text: str, record: Row, prior: Row | None) -> Any:
        scene = Scene(
            lambda name: self._named(name, record, prior),
            lambda name: self._named(name, prior or {}, prior),
            is_new=prior is None,
            now=local_now(self.work),
        )
        return evaluate(parse(text), scene)

    def _field_meets(self, condition: Condition, record: Row, prior: Row | None) -> bool:
        name = condition.left.lower()
        if condition.operator == "IsChanged":
            changed = prior is not None and record.get(name) != prior.get(name)
            return changed == (self._value(condition.right) is not False)
        return compare(condition.operator, record.get(name), self._value(condition.right))

    def run(self, start: str | None) -> None:
        """Walk from an element to the end of its path; an element's failure follows its fault path or is raised."""
        at, steps = start, 0
        while at is not None:
            steps += 1
            if steps > MOST_STEPS:
                raise OrgError("CANNOT_EXECUTE_FLOW_TRIGGER", f"The flow ran more than {MOST_STEPS} elements")
            element = self.flow.elements[at]
            try:
                at = self._step(element)
            except OrgError as error:
                if element.fault is None:
                    raise
                self.variables["$Flow.FaultMessage"] = error.message
                at = element.fault

    def _step(self, element: Element) -> str | None:
        if element.kind == "decisions":
            rule = next((rule for rule in element.rules if self._decides(rule.test)), None)
            return element.target if rule is None else rule.target
        if element.kind == "assignments":
            for item in element.items:
                self._assign(item)
        elif element.kind == "actionCalls":
            self.sends.append(element.action)
        elif element.kind == "recordCreates":
            self._create(element)
        else:
            self._update(element)
        return element.target

    def _decides(self, test: Test) -> bool:
        return holds(test, self._meets)

    def _meets(self, condition: Condition) -> bool:
        left = self._value(Value(reference=condition.left))
        if condition.operator == "IsChanged":
            name = condition.left.removeprefix("$Record.").lower()
            changed = self.prior is not None and self.record.get(name) != self.prior.get(name)
            return changed == (self._value(condition.right) is not False)
        return compare(condition.operator, left, self._value(condition.right))

    def _value(self, value: Value) -> Any:
        return value.literal if value.reference is None else self._named(value.reference, self.record, self.prior)

    def _named(self, name: str, record: Row, prior: Row | None) -> Any:
        base, _, rest = name.partition(".")
        if base == "$Record":
            return related.value(self.work, self.object, record, rest) if "." in rest else record.get(rest.lower())
        if base == "$Record__Prior":
            return (prior or {}).get(rest.lower())
        if base == "$Permission":
            return rest in CustomPermissions(self.work)
        if name.startswith(custom_metadata.PREFIX):
            return custom_metadata.value(self.work, name)
        if name in self.flow.formulas:
            return self._formula(self.flow.formulas[name], record, prior)
        known = {
            "$Flow.CurrentDate": local_now(self.work).date(),
            "$Flow.CurrentDateTime": self.work.now,
            "$User.Id": self.work.user_id,
            "$Organization.Id": self.work.org.id,
        }
        return known[name] if name in known else self.variables.get(name)

    def _assign(self, item: Item) -> None:
        new = self._value(item.value)
        if item.operator != "Assign":
            old = self._value(Value(reference=item.to))
            old, new = alike(0 if old is None else old, new), alike(0 if new is None else new, old)
            new = old + new if item.operator == "Add" else old - new
        if item.to.startswith("$Record."):
            found = self.object.fields[item.to.removeprefix("$Record.").lower()]
            self.record[found.name.lower()] = stored(found, _plain(new))
        else:
            self.variables[item.to] = new

    def _given(self, element: Element) -> dict[str, Any]:
        return {item.to: _plain(self._value(item.value)) for item in element.items}

    def _create(self, element: Element) -> None:
        (result,) = dml.create(self.work, element.object, [self._given(element)])
        _raise(result, "create records")
        if element.keep_id_in is not None:
            self.variables[element.keep_id_in] = result.id

    def _update(self, element: Element) -> None:
        name = self.object.name if element.input == "$Record" else element.object
        ids = [self.record["id"]] if element.input == "$Record" else self._matching(name, element.test)
        given = self._given(element)
        for result in dml.update(self.work, name, [(record_id, given) for record_id in ids]):
            _raise(result, "update records")

    def _matching(self, object_name: str, test: Test) -> list[str]:
        definition = self.work.schema.objects[object_name.lower()]
        parts: list[sql.Composable] = [sql.SQL("NOT isdeleted")]
        values: list[Any] = []
        for condition in test.conditions:
            found = definition.fields[condition.left.lower()]
            parts.append(sql.SQL("{} IS NOT DISTINCT FROM %s").format(sql.Identifier(condition.left.lower())))
            values.append(stored(found, _plain(self._value(condition.right))))
        statement = sql.SQL("SELECT id FROM {} WHERE {} ORDER BY id").format(
            table(definition.name), sql.SQL(" AND ").join(parts)
        )
        return [record_id for (record_id,) in self.work.conn.execute(statement, values).fetchall()]


def local_now(work: Work) -> datetime:
    """Return the moment of the work in the org's time zone, whose day is TODAY."""
    return work.now.astimezone(ZoneInfo(work.org.settings.time_zone))


def _plain(value: Any) -> Any:
    """Return a value as a client would send it."""
    return shown(value) if isinstance(value, date | Decimal) else value


def _raise(result: Result, what: str) -> None:
    if result.error is not None:
        words = f"This error occurred when the flow tried to {what}: {result.error.code}: {result.error.message}"
        raise OrgError("CANNOT_EXECUTE_FLOW_TRIGGER", words)
