"""What stored components name: objects, fields, tabs, pages, web components, reports and folders that must exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from connectors.salesforce.local_org.metadata.archive import File
from connectors.salesforce.local_org.metadata.outcome import Component, Failure
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.schema import ObjectDef, OrgSchema

Names = Mapping[str, set[str]]
_Fault = tuple[str, Node]
_COLUMNS = {"NAME": "Name", "FULL_NAME": "Name", "OWNER.ALIAS": "OwnerId", "CORE.USERS.ALIAS": "OwnerId"}


def faults(file: File, schema: OrgSchema, names: Names) -> list[Failure]:
    """Return what a file names that there isn't; `names` are all components, by type, in lower case."""
    check = _CHECKS.get(file.kind.type)
    if file.root is None or check is None:
        return []
    failures = []
    for problem, node in check(file.root, file.name, schema, names):
        failures.append(Failure(file.component, problem, node.line, node.column))
    return failures


def view_faults(file: File, schema: OrgSchema) -> list[Failure]:
    """Return what the list views and compact layouts of an object's file name that there isn't."""
    definition = schema.object(file.name)
    if file.root is None or definition is None:
        return []
    return [
        Failure(Component(type_name, f"{file.name}.{node.say('fullName')}", file.path), problem, node.line)
        for tag, type_name, named in (("listViews", "ListView", _listed), ("compactLayouts", "CompactLayout", _laid))
        for node in file.root.all(tag)
        for problem in _missing(named(node), definition)
    ]


def _listed(node: Node) -> list[str]:
    return [child.text for child in node.all("columns")] + [child.say("field") for child in node.all("filters")]


def _laid(node: Node) -> list[str]:
    return [child.text for child in node.all("fields")]


def _missing(named: list[str], definition: ObjectDef) -> Iterator[str]:
    for column in named:
        field = _COLUMNS.get(column, column)
        if "." not in field and definition.field(field) is None:
            yield f"Could not resolve list view column or field: {column} of {definition.name}"


def _tab(root: Node, name: str, schema: OrgSchema, _: Names) -> Iterator[_Fault]:
    if root.flag("customObject") and schema.object(name) is None:
        yield f"In field: customObject - no CustomObject named {name} found", root


def _application(root: Node, _: str, schema: OrgSchema, names: Names) -> Iterator[_Fault]:
    for tab in root.all("tabs"):
        if not tab.text.startswith("standard-") and tab.text.lower() not in names.get("CustomTab", set()):
            yield f"In field: tab - no CustomTab named {tab.text} found", tab
    for override in root.all("actionOverrides"):
        page, about = override.say("content"), override.say("pageOrSobjectType")
        if override.say("type") == "Flexipage" and page.lower() not in names.get("FlexiPage", set()):
            yield f"In field: content - no FlexiPage named {page} found", override
        if not about.startswith("standard-") and schema.object(about) is None:
            yield f"In field: pageOrSobjectType - no CustomObject named {about} found", override


def _page(root: Node, _: str, schema: OrgSchema, names: Names) -> Iterator[_Fault]:
    about = root.say("sobjectType")
    if about and schema.object(about) is None:
        yield f"In field: sobjectType - no CustomObject named {about} found", root
    for node in root.walk():
        component = node.say("componentName")
        ours = component.removeprefix("c:").lower()
        if component and ":" not in ours and ours not in names.get("LightningComponentBundle", set()):
            yield f"We couldn't retrieve the design time component information for component {component}.", node
    identifiers = [node.say("identifier") for node in root.walk() if node.tag == "componentInstance"]
    for twice in sorted({each for each in identifiers if each and identifiers.count(each) > 1}):
        yield f"The identifier {twice} stands on this page more than once", root


def _report(root: Node, name: str, schema: OrgSchema, names: Names) -> Iterator[_Fault]:
    yield from _in_folder(root, name, "Report", names)
    kind = root.say("reportType")
    if kind.endswith("__c") and kind.removesuffix("__c").lower() not in names.get("ReportType", set()):
        yield f"reportType: Invalid value specified: {kind}", root
    for node in root.walk():
        field = node.text if node.tag in {"field", "column", "dateColumn"} and not node.children else ""
        if "$" in field and not _found(schema, *field.split("$", 1)):
            yield f"Invalid field name: {field}", node


def _report_type(root: Node, _: str, schema: OrgSchema, __: Names) -> Iterator[_Fault]:
    if schema.object(root.say("baseObject")) is None:
        yield f"In field: baseObject - no CustomObject named {root.say('baseObject')} found", root
    for section in root.all("sections"):
        for column in section.all("columns"):
            if not _found(schema, column.say("table"), column.say("field")):
                yield f"No such column '{column.say('field')}' on entity '{column.say('table')}'", column


def _found(schema: OrgSchema, path: str, field: str) -> bool:
    """Return whether a table such as Desired_Outcome__c.Success_Milestones__r has a field, lookups followed."""
    first, *children = path.split(".")
    definition = schema.object(first)
    for child in children:
        definition = None if definition is None else _child(schema, definition, child)
    for part in field.split("."):
        if definition is None:
            return False
        found = definition.field(part) or definition.field(f"{part}Id")
        if found is None:
            return False
        definition = schema.object(found.reference_to[0]) if found.reference_to else None
    return True


def _child(schema: OrgSchema, parent: ObjectDef, relationship: str) -> ObjectDef | None:
    for definition in schema.objects.values():
        for field in definition.fields.values():
            if field.child_relationship_name == relationship and parent.name in field.reference_to:
                return definition
    return None


def _dashboard(root: Node, name: str, _: OrgSchema, names: Names) -> Iterator[_Fault]:
    yield from _in_folder(root, name, "Dashboard", names)
    for node in root.walk():
        report = node.text if node.tag == "report" else ""
        if report and report.lower() not in names.get("Report", set()):
            yield f"In field: report - no Report named {report} found", node


def _in_folder(root: Node, name: str, type_name: str, names: Names) -> Iterator[_Fault]:
    folder, slash, _ = name.rpartition("/")
    if slash and folder.lower() not in names.get(type_name, set()):
        yield f"Cannot find folder:{folder}", root


_CHECKS: dict[str, Callable[[Node, str, OrgSchema, Names], Iterator[_Fault]]] = {
    "CustomTab": _tab,
    "CustomApplication": _application,
    "FlexiPage": _page,
    "Report": _report,
    "ReportType": _report_type,
    "Dashboard": _dashboard,
}
