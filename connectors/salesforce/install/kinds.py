"""The kinds of metadata that the package may hold, and how each is told by its source file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class Kind:
    """A type of metadata: its folder in a deployment; `part` is the element that holds it inside its object,
    `document` the outermost element where that isn't the type. One `in_folder` is named with a folder of the org.
    """

    type: str
    folder: str
    part: str | None = None
    document: str | None = None
    in_folder: bool = False

    @property
    def root(self) -> str:
        """The outermost element of its source file."""
        return self.document or self.type


KINDS = {
    "object": Kind("CustomObject", "objects"),
    "compactLayout": Kind("CompactLayout", "objects", part="compactLayouts"),
    "field": Kind("CustomField", "objects", part="fields"),
    "listView": Kind("ListView", "objects", part="listViews"),
    "validationRule": Kind("ValidationRule", "objects", part="validationRules"),
    "md": Kind("CustomMetadata", "customMetadata"),
    "layout": Kind("Layout", "layouts"),
    "customPermission": Kind("CustomPermission", "customPermissions"),
    "labels": Kind("CustomLabels", "labels"),
    "messageChannel": Kind("LightningMessageChannel", "messageChannels"),
    "tab": Kind("CustomTab", "tabs"),
    "quickAction": Kind("QuickAction", "quickActions"),
    "flexipage": Kind("FlexiPage", "flexipages"),
    "app": Kind("CustomApplication", "applications"),
    "reportType": Kind("ReportType", "reportTypes"),
    "reportFolder": Kind("Report", "reports", document="ReportFolder"),
    "report": Kind("Report", "reports", in_folder=True),
    "dashboardFolder": Kind("Dashboard", "dashboards", document="DashboardFolder"),
    "dashboard": Kind("Dashboard", "dashboards", in_folder=True),
    "permissionset": Kind("PermissionSet", "permissionsets"),
    "flow": Kind("Flow", "flows"),
}
"""By the suffix of the source file, in the order in which an object's parts are written."""

BUNDLES = {"lwc": Kind("LightningComponentBundle", "lwc")}
"""By folder: what consists of several files."""

_TOOLS = {"__tests__", "__mocks__", "jsconfig.json", "node_modules"}


def left_out(path: PurePath) -> bool:
    """Return whether a file serves our tools only and is no part of any component."""
    return path.name.startswith(".") or bool(_TOOLS & set(path.parts))
