"""Taking components out of an org: flows through the Tooling API, everything else by a destructive deployment."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence

from connectors.salesforce.install import flows
from connectors.salesforce.install.activate import flow_states
from connectors.salesforce.install.deploy import Deployed, deploy
from connectors.salesforce.install.metadata import ComponentName, File
from connectors.salesforce.install.org import Http
from connectors.salesforce.install.threeway import Comparison, Verdict
from connectors.salesforce.install.zip import Archive, manifest
from plugin.errors import UserError

Wait = Callable[[float], None]


def retired(comparisons: Iterable[Comparison]) -> tuple[ComponentName, ...]:
    """Return what we no longer ship and nobody has changed: whole components, and labels out of their file."""
    names: list[ComponentName] = []
    for one in comparisons:
        if one.removes:
            names.append(one.name)
        elif one.name[0] == "CustomLabels":
            gone = (each.name for each in one.findings if each.verdict is Verdict.REMOVED)
            names += [("CustomLabel", name.removeprefix("labels ")) for name in gone]
    return tuple(names)


def remove_retired(
    http: Http, comparisons: Iterable[Comparison], wait: Wait
) -> tuple[tuple[ComponentName, ...], tuple[str, ...]]:
    """Remove what is retired; return it, and what is left to do where something else in the org still uses it.

    Refused, nothing of it is removed but flows, and the next upgrade tries again.
    """
    names = retired(comparisons)
    if not names:
        return (), ()
    try:
        remove(http, names, wait=wait)
    except UserError as error:
        told = ", ".join(f"{kind} {name}" for kind, name in names)
        return (), (f"No longer part of Success Vector, but still used in this org: {told}. {error}",)
    return names, ()


def remove(
    http: Http,
    names: Sequence[ComponentName],
    contents: Sequence[File] = (),
    *,
    check_only: bool = False,
    wait: Wait = time.sleep,
) -> Deployed | None:
    """Remove components, and in the same deployment bring the files; nothing where there is nothing to do."""
    flow_names = [name for kind, name in names if kind == "Flow"]
    others = [one for one in names if one[0] != "Flow"]
    if not check_only:
        flows.remove(http, flow_states(http, flow_names))
    if not others and not contents:
        return None
    return deploy(http, destructive(others, contents, http.version), check_only=check_only, wait=wait)


def destructive(names: Sequence[ComponentName], contents: Sequence[File], version: str) -> Archive:
    """Return a deployment that brings the files and then removes the components."""
    sources = {name: path for file in contents for name, path in file.components.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("package.xml", manifest(sources, version))
        opened.writestr("destructiveChangesPost.xml", manifest(names, version))
        for file in contents:
            opened.writestr(file.path, file.content)
    return Archive(
        buffer.getvalue(), tuple(contents), {**sources, **dict.fromkeys(names, "destructiveChangesPost.xml")}
    )
