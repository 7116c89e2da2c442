"""What Salesforce refuses of views, layouts, reports, dashboards, pages and what flows create, past its schema."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.source import Component, Source

ORDERED = {"equals", "notEqual", "lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual"}
OPERATIONS = {
    "Checkbox": {"equals", "notEqual"},
    "Currency": ORDERED,
    "Date": ORDERED,
    "Number": ORDERED,
    "Picklist": {"equals", "notEqual", "contains", "notContain", "startsWith", "includes", "excludes"},
    "Text": {"equals", "notEqual", "contains", "notContain", "startsWith"},
    "Lookup": {"equals", "notEqual", "contains", "notContain", "startsWith"},
}
DAY = re.compile(r"|TODAY|YESTERDAY|TOMORROW|(LAST|NEXT|THIS)_(WEEK|MONTH|QUARTER|YEAR)|(LAST|NEXT)_N_DAYS:\d+")
REGIONS = {"flexipage:recordHomeTemplateDesktop": {"header", "main", "sidebar"}}
MOST_COMPONENTS = 20
READ = {"allowCreate": {"allowRead"}, "allowEdit": {"allowRead"}, "allowDelete": {"allowRead", "allowEdit"},
        "viewAllRecords": {"allowRead"}}  # fmt: skip
MASTERS = {"Contact": "Account", "Opportunity": "Account"}
"""Standard objects that can only be seen with another one."""

RELATED = {"RelatedEntityHistoryList": "enableHistory", "RelatedActivityList": "enableActivities",
           "RelatedHistoryList": "enableActivities"}  # fmt: skip


def faults(source: Source) -> list[str]:
    """Return everything that Salesforce would refuse, in sentences."""
    parts = (_views, _compact, _layouts, _reports, _folders, _dashboards, _pages, _permissions, _created)
    return [fault for part in parts for fault in part(source)]


def _text(element: Element, name: str) -> str:
    return element.findtext(tag(name)) or ""


def _filter(one: Component, field: Component, operation: str, value: str) -> Iterator[str]:
    """Yield what is wrong with one filter: its operation for that type, and what it compares with."""
    kind, name = str(field.say("type")), field.name.partition(".")[2]
    if operation not in OPERATIONS.get(kind, set()):
        yield f"{one.name} filters {name}, a {kind}, by {operation}"
    if kind == "Date" and not (DAY.fullmatch(value) or re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", value)):
        yield f"{one.name} compares {name} with {value}, which is no day"
    if kind == "Checkbox" and value not in {"0", "1"}:
        yield f"{one.name} compares {name} with {value}, which is neither 0 nor 1"
    values = {_text(each, "fullName") for each in field.root.iter(tag("value"))}
    if kind == "Picklist" and value and not set(value.split(",")) <= values:
        yield f"{one.name} compares {name} with {value}, which is none of its values"


def _views(source: Source) -> Iterator[str]:
    for one in source.of("ListView"):
        fields = source.objects.get(str(one.object), {})
        for each in one.root.findall(tag("filters")):
            field = fields.get(_text(each, "field"))
            if field is not None:
                yield from _filter(one, field, _text(each, "operation"), _text(each, "value"))
        columns = Counter(each.text for each in one.root.findall(tag("columns")))
        yield from (f"{one.name} has the column {name} {n} times" for name, n in columns.items() if n > 1)


def _compact(source: Source) -> Iterator[str]:
    assigned = {one.name: one.say("compactLayoutAssignment") for one in source.of("CustomObject")}
    for one in source.of("CompactLayout"):
        fields = source.objects.get(str(one.object), {})
        names = [str(each.text) for each in one.root.findall(tag("fields"))]
        long = [name for name in names if name in fields and fields[name].say("type") == "LongTextArea"]
        yield from (f"{one.name} shows {name}, which is long text" for name in long)
        if assigned.get(str(one.object)) != one.name.partition(".")[2]:
            yield f"{one.name} is not what {one.object} shows"


def _layouts(source: Source) -> Iterator[str]:
    about = {one.name: one for one in source.of("CustomObject")}
    for one in source.of("Layout"):
        name = one.name.partition("-")[0]
        items = {_text(each, "field"): _text(each, "behavior") for each in one.root.iter(tag("layoutItems"))}
        numbered = about[name].root.findtext(f"{tag('nameField')}/{tag('type')}") == "AutoNumber"
        wanted = {"Name": "Readonly" if numbered else "Required"}
        for field in source.objects.get(name, {}).values():
            if field.flag("required") or field.say("type") == "MasterDetail":
                wanted[field.name.partition(".")[2]] = "Required"
        for field_name, behavior in wanted.items():
            if items.get(field_name) != behavior:
                yield f"{one.name} has {field_name} as {items.get(field_name)}, not {behavior}"
        for each in one.root.findall(tag("relatedLists")):
            needed = RELATED.get(_text(each, "relatedList"))
            if needed and not about[name].flag(needed):
                yield f"{one.name} lists what {name} doesn't keep: {needed}"


def _reports(source: Source) -> Iterator[str]:
    for one in source.of("Report"):
        if one.suffix == "reportFolder":
            continue
        down, across = (one.root.findall(tag(name)) for name in ("groupingsDown", "groupingsAcross"))
        columns = {_text(each, "field") for each in one.root.findall(tag("columns"))}
        for each in (*down, *across):
            name = _text(each, "field")
            field = _meant(source, name)
            if name in columns:
                yield f"{one.name} has {name} both as a column and as a group"
            if _text(each, "dateGranularity") != "None" and (field is None or field.say("type") != "Date"):
                yield f"{one.name} groups {name} by {_text(each, 'dateGranularity')}, and it is no day"
        shape = {"Matrix": bool(down and across), "Summary": bool(down and not across), "Tabular": not (down or across)}
        if not shape.get(one.say("format") or "", False):
            yield f"{one.name} is no {one.say('format')}"
        for each in one.root.iter(tag("criteriaItems")):
            field = _meant(source, _text(each, "column"))
            if field is not None:
                yield from _filter(one, field, _text(each, "operator"), _text(each, "value"))
        yield from _summaries(source, one)


def _summaries(source: Source, one: Component) -> Iterator[str]:
    """Yield what is added up and is no number."""
    for each in one.root.findall(tag("columns")):
        field = _meant(source, _text(each, "field"))
        adds = each.find(tag("aggregateTypes")) is not None
        if adds and field is not None and field.say("type") not in {"Number", "Currency"}:
            yield f"{one.name} adds up {_text(each, 'field')}, which is no number"


def _meant(source: Source, column: str) -> Component | None:
    """Return our field that a report's column means: TABLE$FIELD, or a field of what a lookup names."""
    table, _, path = column.partition("$")
    name = table
    if "." in table:
        base, _, relationship = table.partition(".")
        below = (one for one in source.of("CustomField") if one.say("referenceTo") == base)
        name = next((str(one.object) for one in below if f"{one.say('relationshipName')}__r" == relationship), "")
    first, _, rest = path.partition(".")
    field = source.objects.get(name, {}).get(first)
    return source.objects.get(field.say("referenceTo") or "", {}).get(rest) if field is not None and rest else field


def _folders(source: Source) -> Iterator[str]:
    """Yield folders shared the old way, which orgs with enhanced folder sharing (all in Lightning) pass over."""
    for one in (*source.of("Report"), *source.of("Dashboard")):
        if one.suffix.endswith("Folder"):
            shares = {
                (_text(each, "sharedTo"), _text(each, "accessLevel")) for each in one.root.iter(tag("folderShares"))
            }
            if shares != {("AllInternalUsers", "View")} or one.say("accessType") is not None:
                yield f"The folder {one.name} is not shared for reading with everybody inside"


def _dashboards(source: Source) -> Iterator[str]:
    dynamic = 0
    for one in source.of("Dashboard"):
        if one.suffix != "dashboard":
            continue
        dynamic += one.say("dashboardType") == "LoggedInUser"
        if one.say("dashboardType") == "LoggedInUser" and one.say("runningUser"):
            yield f"{one.name} runs as whoever looks and names a user"
        grid = one.root.find(tag("dashboardGridLayout"))
        parts = grid.findall(tag("dashboardGridComponents")) if grid is not None else []
        if len(parts) > MOST_COMPONENTS:
            yield f"{one.name} has more than {MOST_COMPONENTS} components"
        taken = Counter(cell for part in parts for cell in _cells(part))
        if any(n > 1 for n in taken.values()):
            yield f"{one.name} has components on top of each other"
        if grid is not None and any(x >= int(_text(grid, "numberOfColumns")) for x, _ in taken):
            yield f"{one.name} has a component beyond its last column"
    if dynamic > 1:
        yield f"{dynamic} dashboards run as whoever looks, and small editions have three such dashboards in all"


def _cells(part: Element) -> Iterator[tuple[int, int]]:
    x, y, wide, high = (int(_text(part, name)) for name in ("columnIndex", "rowIndex", "colSpan", "rowSpan"))
    yield from ((x + i, y + j) for i in range(wide) for j in range(high))


def _pages(source: Source) -> Iterator[str]:
    for one in source.of("FlexiPage"):
        template = one.root.findtext(f"{tag('template')}/{tag('name')}") or ""
        names = {_text(each, "name") for each in one.root.findall(tag("flexiPageRegions"))}
        if names != REGIONS.get(template):
            yield f"{one.name} has the regions {', '.join(sorted(names))}, which {template} doesn't"
        known = Counter(each.text for each in one.root.iter(tag("identifier")))
        yield from (f"{one.name} has {name} {n} times" for name, n in known.items() if n > 1)
        shown = {each.text for each in one.root.iter(tag("componentName"))}
        for bundle in source.of("LightningComponentBundle"):
            objects = {each.text for each in bundle.root.iter(tag("object"))}
            if bundle.name in shown and objects and one.say("sobjectType") not in objects:
                yield f"{one.name} shows {bundle.name}, which isn't made for {one.say('sobjectType')}"


def _permissions(source: Source) -> Iterator[str]:
    for one in source.of("PermissionSet"):
        rows = {_text(row, "object"): row for row in one.root.findall(tag("objectPermissions"))}
        for name, row in rows.items():
            flags = {each.tag.removeprefix(tag("")) for each in row if each.text == "true"}
            for flag in sorted(flags & set(READ)):
                if not READ[flag] <= flags:
                    yield f"{one.name} has {flag} on {name} without what it depends on"
            if name in MASTERS and MASTERS[name] not in rows:
                yield f"{one.name} reads {name} but not {MASTERS[name]}"
        for row in one.root.findall(tag("fieldPermissions")):
            if _text(row, "editable") == "true" and _text(row, "readable") != "true":
                yield f"{one.name} may change {_text(row, 'field')} and not read it"


def _created(source: Source) -> Iterator[str]:
    """Yield what a flow creates without what it can't be without."""
    for flow in source.of("Flow"):
        for element in flow.root.findall(tag("recordCreates")):
            fields = source.objects.get(_text(element, "object"), {})
            given = {_text(each, "field") for each in element.findall(tag("inputAssignments"))}
            for name, field in fields.items():
                needed = field.say("type") == "MasterDetail" or (
                    field.flag("required") and not field.say("defaultValue")
                )
                if needed and name not in given:
                    yield f"{flow.name} creates {_text(element, 'object')} without {name}"
            if element.find(tag("assignRecordIdToReference")) is not None and _text(
                element, "storeOutputAutomatically"
            ):
                yield f"{flow.name} keeps the id of {_text(element, 'name')} twice"
