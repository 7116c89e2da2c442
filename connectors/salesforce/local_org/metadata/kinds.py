"""The kinds of metadata: which folder and suffix holds which type, and which of them the local org understands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.salesforce.local_org.metadata.tree import Node


@dataclass(frozen=True)
class Kind:
    """One metadata type: `root` is its XML's outermost element, `modelled` whether it takes effect here; others are
    checked for form and stored. `children` are the types of the components a file of it holds, by element.
    """

    type: str
    suffix: str
    modelled: bool = False
    children: tuple[tuple[str, str], ...] = ()

    @property
    def root(self) -> str:
        """The tag of the outermost element."""
        return f"{self.type}Folder" if self.suffix == "-meta.xml" else self.type

    def holds(self, name: str, root: Node | None) -> Iterator[tuple[str, str]]:
        """Yield type and full name of the component that a file is named for and of those inside it."""
        yield self.type, name
        by_tag = dict(self.children)
        for child in root.children if root else []:
            if child.tag in by_tag:
                inner = child.say("fullName")
                yield by_tag[child.tag], inner if self.type == "CustomLabels" else f"{name}.{inner}"


OBJECT_CHILDREN = (
    ("fields", "CustomField"),
    ("validationRules", "ValidationRule"),
    ("listViews", "ListView"),
    ("compactLayouts", "CompactLayout"),
    ("fieldSets", "FieldSet"),
    ("webLinks", "WebLink"),
    ("recordTypes", "RecordType"),
    ("businessProcesses", "BusinessProcess"),
)
WORKFLOW_CHILDREN = (("outboundMessages", "WorkflowOutboundMessage"),)

KINDS = {
    "objects": Kind("CustomObject", "object", True, OBJECT_CHILDREN),
    "permissionsets": Kind("PermissionSet", "permissionset", True),
    "flows": Kind("Flow", "flow", True),
    "workflows": Kind("Workflow", "workflow", True, WORKFLOW_CHILDREN),
    "layouts": Kind("Layout", "layout"),
    "tabs": Kind("CustomTab", "tab"),
    "applications": Kind("CustomApplication", "app"),
    "flexipages": Kind("FlexiPage", "flexipage"),
    "labels": Kind("CustomLabels", "labels", False, (("labels", "CustomLabel"),)),
    "quickActions": Kind("QuickAction", "quickAction"),
    "reports": Kind("Report", "report"),
    "reportTypes": Kind("ReportType", "reportType"),
    "dashboards": Kind("Dashboard", "dashboard"),
    "customPermissions": Kind("CustomPermission", "customPermission"),
    "customMetadata": Kind("CustomMetadata", "md", True),
    "messageChannels": Kind("LightningMessageChannel", "messageChannel"),
    "pathAssistants": Kind("PathAssistant", "pathAssistant"),
    "externalClientApps": Kind("ExternalClientApplication", "eca"),
    "extlClntAppOauthSettings": Kind("ExtlClntAppOauthSettings", "ecaOauth"),
    "extlClntAppGlobalOauthSets": Kind("ExtlClntAppGlobalOauthSettings", "ecaGlblOauth"),
    "extlClntAppOauthPolicies": Kind("ExtlClntAppOauthConfigurablePolicies", "ecaOauthPlcy"),
    "extlClntAppPolicies": Kind("ExtlClntAppConfigurablePolicies", "ecaPlcy"),
}
"""By folder: one XML file a component, checked against the Metadata API's WSDL."""

FOLDERS = {"reports": Kind("Report", "-meta.xml"), "dashboards": Kind("Dashboard", "-meta.xml")}
"""By folder: the files that describe the folders which these lie in; they are named as what lies in them is."""

OPAQUE_FOLDERS = {"lwc": Kind("LightningComponentBundle", ""), "staticresources": Kind("StaticResource", "resource")}
"""By folder: several files a component, stored as they are."""


def stored_types() -> set[str]:
    """Return the types that are kept without having any effect here."""
    return {kind.type for kind in [*KINDS.values(), *OPAQUE_FOLDERS.values()] if not kind.modelled}
