"""One deployment: everything in the zip is checked against everything else and put in force, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.salesforce.local_org import client_apps
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.flows import check as flow_check
from connectors.salesforce.local_org.flows import form as flow_form
from connectors.salesforce.local_org.flows import versions
from connectors.salesforce.local_org.flows.definition import flow_from
from connectors.salesforce.local_org.metadata import (
    custom_metadata,
    objects,
    permission_sets,
    references,
    registry,
    workflows,
)
from connectors.salesforce.local_org.metadata.apply import (
    apply_object,
    apply_record_types,
    apply_summaries,
    put_permission_set,
)
from connectors.salesforce.local_org.metadata.archive import Archive, File, manifest_failures
from connectors.salesforce.local_org.metadata.destroy import destroy
from connectors.salesforce.local_org.metadata.outcome import Component, Failure, Success
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.schema_change import SchemaChange


@dataclass
class Report:
    """What came of a deployment."""

    successes: list[Success] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


class RolledBack(Exception):
    """A deployment had faults, and nothing of it stays."""


@dataclass
class Deployment:
    """A deployment under way, in the transaction of a schema change."""

    change: SchemaChange
    archive: Archive
    settings: OrgSettings
    report: Report = field(default_factory=Report)

    def run(self) -> Report:
        """Check and apply everything; the caller rolls back when the report has failures."""
        archive = self.archive
        self.report.failures += archive.failures
        self._destroy(archive.destroyed_before)
        changes = self._objects()
        archive.files = [client_apps.with_key(self.change.conn, file) for file in archive.files]
        self._opaque()
        self._custom_metadata()
        names = registry.names(self.change.conn)
        for change in changes:
            self.report.failures += objects.check(
                change, self.change.schema, names.get("CustomPermission", set()), self.change.work.now
            )
        self._references(names)
        self._messages()
        self._flows()
        self._permission_sets()
        self._destroy(archive.destroyed_after)
        self.report.failures += manifest_failures(archive, self._found())
        self.report.successes.append(Success(Component("", "package.xml", archive.manifest), changed=True))
        return self.report

    def _files(self, type_name: str) -> list[File]:
        return [file for file in self.archive.files if file.kind.type == type_name]

    def _found(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        faulty = {(failure.component.type, failure.component.name) for failure in self.report.failures}
        for type_name, name in faulty:
            found.setdefault(type_name, set()).add(name)
        for file in self.archive.files:
            for type_name, name in file.kind.holds(file.name, file.root):
                found.setdefault(type_name, set()).add(name)
        return found

    def _try(self, component: Component, act: Callable[[], list[Success]], line: int = 0) -> None:
        """Apply a component by itself, so that a refusal is reported with its file and the rest goes on."""
        try:
            with self.change.work.savepoint():
                self.report.successes += act()
        except OrgError as error:
            self.report.failures.append(Failure(component, error.message, line))

    def _objects(self) -> list[objects.ObjectChange]:
        """Apply objects before any is checked: they may refer to one another."""
        changes = []
        for file in self._files("CustomObject"):
            change, failures = objects.read(file, self.settings.namespaces)
            self.report.failures += failures
            changes.append(change)
        for change in sorted(changes, key=lambda each: not each.defines):
            self.report.failures += apply_object(self.change, change, self._try)
        for change in changes:
            self.report.failures += apply_summaries(self.change, change, self._try)
            self.report.failures += apply_record_types(self.change, change, self._try)
        return changes

    def _opaque(self) -> None:
        """Keep what has no effect here; several files of one component are one component."""
        bodies: dict[tuple[str, str], list[str]] = {}
        first: dict[tuple[str, str], File] = {}
        for file in self.archive.files:
            if not file.kind.modelled:
                key = (file.kind.type, file.name)
                first.setdefault(key, file)
                bodies.setdefault(key, []).append(registry.fingerprint([file.path, file.content.hex()]))
        for key, file in first.items():
            self.report.successes.append(registry.put(self.change.conn, file.component, sorted(bodies[key])))

    def _references(self, names: Mapping[str, set[str]]) -> None:
        """Hold stored components against what there is once everything is in."""
        for file in self.archive.files:
            views = references.view_faults(file, self.change.schema) if file.kind.type == "CustomObject" else []
            self.report.failures += views + references.faults(file, self.change.schema, names)
            if file.kind.type in client_apps.PARTS and file.root is not None:
                problems = client_apps.faults(file.root, names)
                self.report.failures += [Failure(file.component, problem, node.line) for problem, node in problems]

    def _custom_metadata(self) -> None:
        for file in self._files("CustomMetadata"):
            problems = list(custom_metadata.faults(file, self.change.schema))
            self.report.failures += [Failure(file.component, problem) for problem in problems]
            if not problems:
                self.report.successes.append(custom_metadata.put(self.change, file))

    def _messages(self) -> None:
        users = registry.active_usernames(self.change.conn)
        for file in self._files("Workflow"):
            messages, failures = workflows.read(file, self.change.schema, users)
            self.report.failures += failures
            faulty = {failure.component.name for failure in failures}
            for name, message in messages.items():
                component = Component("WorkflowOutboundMessage", name, file.path)
                body = message.as_json()
                if name not in faulty:
                    self.report.successes.append(registry.put(self.change.conn, component, body, body))

    def _flows(self) -> None:
        names = registry.names(self.change.conn)
        for file in self._files("Flow"):
            assert file.root is not None  # noqa: S101
            problems = list(flow_form.faults(file.name, file.root))
            if not problems:
                problems = list(flow_check.faults(flow_from(file.root), self.change.schema, names))
            self.report.failures += [
                Failure(file.component, problem, line or file.root.line) for problem, line in problems
            ]
            if not problems:
                self._try(file.component, self._flow_act(file))

    def _flow_act(self, file: File) -> Callable[[], list[Success]]:
        return lambda: [
            versions.put(self.change.conn, file.component, file.content, production=self.settings.production)
        ]

    def _permission_sets(self) -> None:
        names = registry.names(self.change.conn)
        for file in self._files("PermissionSet"):
            problems = list(permission_sets.faults(file, self.change.schema, names))
            self.report.failures += [Failure(file.component, problem, line) for problem, line in problems]
            if not problems:
                self.report.successes.append(
                    put_permission_set(self.change.work, file.component, permission_sets.read(file))
                )

    def _destroy(self, members: Mapping[str, list[str]]) -> None:
        self.report.failures += destroy(self.change, members, self.archive.prefix, self._try)


def counted(report: Report) -> dict[str, Any]:
    """Return the report's numbers as DeployResult names them; package.xml itself is no component."""
    deployed = [success for success in report.successes if success.component.type]
    faulty = {(failure.component.type, failure.component.name) for failure in report.failures if not failure.warning}
    good = {(success.component.type, success.component.name) for success in deployed} - faulty
    return {
        "numberComponentErrors": len(faulty),
        "numberComponentsDeployed": len(good),
        "numberComponentsTotal": len(faulty) + len(good),
    }


def without_faulty(report: Report) -> Report:
    """Return the report with no component among both its successes and its failures."""
    faulty = {(failure.component.type, failure.component.name) for failure in report.failures}
    kept = [success for success in report.successes if (success.component.type, success.component.name) not in faulty]
    return replace(report, successes=kept)
