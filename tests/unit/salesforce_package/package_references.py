"""What names something must name something that is there: flows, views, reports, pages, apps and switches."""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from package_rules import objects

from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.source import Component, Source

TARGETS = {"lightning__RecordPage", "lightning__AppPage", "lightning__HomePage"}
ELEMENTS = (
    "assignments",
    "decisions",
    "recordCreates",
    "recordUpdates",
    "recordLookups",
    "recordDeletes",
    "actionCalls",
)
RECORD = re.compile(r"\$Record(?:__Prior)?\.((?:\w+__r\.)?\w+)")
SWITCH = re.compile(r"\$CustomMetadata\.(\w+?)\.(\w+)\.(\w+)")
PERMISSION = re.compile(r"\$Permission\.(\w+)")


def faults(source: Source) -> list[str]:
    """Return every name in the package that leads nowhere, in sentences."""
    parts = (_flows, _views, _layouts, _report_types, _reports, _dashboards, _pages, _apps, _components, _switches)
    return [fault for part in parts for fault in part(source)]


def texts(root: Element, *names: str) -> list[str]:
    """The texts of the elements of these names, wherever they stand."""
    return [one.text or "" for name in names for one in root.iter(tag(name))]


def leads(source: Source, object_name: str, path: str) -> bool:
    """Whether a path of field names leads somewhere; of a standard name we take the platform's word."""
    first, _, rest = path.partition(".")
    if first.endswith("__r"):
        first = f"{first[:-1]}c"
    field = source.objects.get(object_name, {}).get(first)
    if field is None:
        return not first.endswith("__c")
    target = field.say("referenceTo")
    return leads(source, target, rest) if rest and target else not rest


def _missing(source: Source, one: Component, object_name: str, names: Iterable[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if not leads(source, object_name, name):
            yield f"{one.name} names {name}, which {object_name} doesn't have"


def _flows(source: Source) -> Iterator[str]:
    for flow in source.of("Flow"):
        elements = {str(one.findtext(tag("name"))) for kind in ELEMENTS for one in flow.root.findall(tag(kind))}
        targets = set(texts(flow.root, "targetReference"))
        yield from (f"{flow.name} leads to {name}, which is not there" for name in sorted(targets - elements))
        yield from (f"{flow.name} never comes to {name}" for name in sorted(elements - targets))
        yield from _written(source, flow)
        start = flow.root.find(tag("start"))
        about = start.findtext(tag("object")) if start is not None else None
        said = " ".join(text for text in flow.root.itertext())
        yield from _missing(source, flow, str(about), RECORD.findall(said))
        yield from _named(source, flow, said)


def _written(source: Source, flow: Component) -> Iterator[str]:
    """Yield what a flow's elements write to and look for that isn't there."""
    start = str(flow.root.findtext(f"{tag('start')}/{tag('object')}"))
    for kind in ("recordCreates", "recordUpdates", "recordLookups"):
        for element in flow.root.findall(tag(kind)):
            written = element.findtext(tag("object")) or start
            if written not in objects(source):
                yield f"{flow.name} writes {written}, which is not there"
            else:
                yield from _missing(source, flow, written, texts(element, "field"))


def _named(source: Source, flow: Component, said: str) -> Iterator[str]:
    """Yield the switches and permissions that a flow asks for and that aren't there."""
    records = {one.name for one in source.of("CustomMetadata")}
    permissions = {one.name for one in source.of("CustomPermission")}
    for type_name, record, field in dict.fromkeys(SWITCH.findall(said)):
        if f"{type_name.removesuffix('__mdt')}.{record}" not in records:
            yield f"{flow.name} asks for the switch {record}, which is not there"
        yield from _missing(source, flow, type_name, [field])
    for name in dict.fromkeys(PERMISSION.findall(said)):
        if name not in permissions:
            yield f"{flow.name} asks for the permission {name}, which is not there"


def _views(source: Source) -> Iterator[str]:
    for one in (*source.of("ListView"), *source.of("CompactLayout")):
        yield from _missing(source, one, str(one.object), texts(one.root, "columns", "field", "fields"))


def _layouts(source: Source) -> Iterator[str]:
    """Yield what layouts name that isn't there, our objects without one, and fields that nobody would see."""
    seen = set()
    for one in source.of("Layout"):
        about = one.name.partition("-")[0]
        seen.add(about)
        named = [str(item.findtext(tag("field"))) for item in one.root.iter(tag("layoutItems"))]
        yield from _missing(source, one, about, named)
        yield from (f"{one.name} leaves out {name}" for name in source.objects.get(about, {}) if name not in named)
        for related in one.root.findall(tag("relatedLists")):
            child, _, lookup = str(related.findtext(tag("relatedList"))).partition(".")
            if lookup and source.objects.get(child, {}).get(lookup) is None:
                yield f"{one.name} lists {child}.{lookup}, which is not there"
            yield from _missing(source, one, child, texts(related, "fields"))
    ours = {name for name in objects(source) if name.endswith("__c")}
    yield from (f"{name} has no layout" for name in sorted(ours - seen))


def _tables(source: Source, base: str) -> dict[str, str]:
    """The tables of a report type over an object, with the object of each: itself, and what hangs below it."""
    below = {
        f"{base}.{field.say('relationshipName')}__r": str(field.object)
        for field in source.of("CustomField")
        if field.say("referenceTo") == base
    }
    return {base: base, **below}


def _report_types(source: Source) -> Iterator[str]:
    for one in source.of("ReportType"):
        tables = _tables(source, str(one.say("baseObject")))
        for column in one.root.iter(tag("columns")):
            table, field = str(column.findtext(tag("table"))), str(column.findtext(tag("field")))
            if table not in tables:
                yield f"{one.name} names the table {table}, which is not there"
            else:
                yield from _missing(source, one, tables[table], [field])


def _reports(source: Source) -> Iterator[str]:
    types = {f"{one.name}__c": one for one in source.of("ReportType")}
    for one in source.of("Report"):
        if one.suffix == "reportFolder":
            continue
        over = types.get(str(one.say("reportType")))
        if over is None:
            yield f"{one.name} is of the type {one.say('reportType')}, which is not there"
            continue
        there = {
            f"{column.findtext(tag('table'))}${column.findtext(tag('field'))}"
            for column in over.root.iter(tag("columns"))
        }
        for name in dict.fromkeys(texts(one.root, "field", "column", "dateColumn")):
            if name not in there:
                yield f"{one.name} names {name}, which {over.name} doesn't have"


def _dashboards(source: Source) -> Iterator[str]:
    reports = {one.name for one in source.of("Report")}
    for one in source.of("Dashboard"):
        yield from (
            f"{one.name} shows {name}, which is not there" for name in texts(one.root, "report") if name not in reports
        )


def _pages(source: Source) -> Iterator[str]:
    components = {one.name: one for one in source.of("LightningComponentBundle")}
    for page in source.of("FlexiPage"):
        for name in texts(page.root, "componentName"):
            if ":" in name:
                continue
            if name not in components:
                yield f"{page.name} shows {name}, which is not there"
            elif "lightning__RecordPage" not in texts(components[name].root, "target"):
                yield f"{page.name} shows {name}, which is not made for record pages"


def _apps(source: Source) -> Iterator[str]:
    tabs = {one.name for one in source.of("CustomTab")}
    pages = {one.name for one in source.of("FlexiPage")}
    for tab in sorted(tabs - objects(source)):
        yield f"The tab {tab} is of no object"
    for app in source.of("CustomApplication"):
        yield from (
            f"{app.name} has the tab {name}, which is not there"
            for name in texts(app.root, "tabs")
            if not name.startswith("standard-") and name not in tabs
        )
        yield from (
            f"{app.name} opens {name}, which is not there" for name in texts(app.root, "content") if name not in pages
        )
    for one in source.of("PermissionSet"):
        for row in one.root.findall(tag("tabSettings")):
            if (name := str(row.findtext(tag("tab")))) not in tabs and not name.startswith("standard-"):
                yield f"{one.name} shows the tab {name}, which is not there"


def _components(source: Source) -> Iterator[str]:
    for one in source.of("LightningComponentBundle"):
        targets = texts(one.root, "target")
        yield from (f"{one.name} is made for {name}, which is no target" for name in targets if name not in TARGETS)
        if one.flag("isExposed") != bool(targets):
            yield f"{one.name} is exposed without a target, or has a target and is not exposed"


def _switches(source: Source) -> Iterator[str]:
    for one in source.of("CustomMetadata"):
        type_name = f"{one.name.partition('.')[0]}__mdt"
        if type_name not in objects(source):
            yield f"{one.name} is of the type {type_name}, which is not there"
        else:
            yield from _missing(source, one, type_name, texts(one.root, "field"))
