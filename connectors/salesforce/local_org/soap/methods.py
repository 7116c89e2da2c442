"""What the Metadata API's SOAP methods do. Each takes a call's arguments and returns its results."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.metadata.jobs import Options
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.rest.context import signed_in, work
from connectors.salesforce.local_org.retrieve.jobs import retrievals
from connectors.salesforce.local_org.soap.describe import describe_metadata, list_metadata

MOST_LISTED = 3
Json = dict[str, Any]


def _deploy(arguments: Node) -> list[Json]:
    given = arguments.one("DeployOptions")
    options = Options.read({} if given is None else _options(given))
    try:
        content = base64.b64decode("".join(arguments.say("ZipFile").split()), validate=True)
    except binascii.Error:
        raise OrgError("INVALID_FIELD", "ZipFile is no base64 text") from None
    return [_begun(automation().deployments.submit(content, options, signed_in().user_id))]


def _options(given: Node) -> Json:
    """Return a deployment's options as the REST resource has them."""
    options: Json = {}
    for child in given.children:
        if child.tag == "runTests":
            options.setdefault("runTests", []).append(child.text)
        elif child.tag == "testLevel":
            options["testLevel"] = child.text
        elif child.tag == "runAllTests":
            # How API 33 and older said testLevel; CumulusCI still does, and Salesforce lets it.
            if child.text.lower() == "true":
                options.setdefault("testLevel", "RunAllTestsInOrg")
        elif child.tag != "rest":
            options[child.tag] = {"true": True, "false": False}.get(child.text.lower(), child.text)
    return options


def _check_deploy_status(arguments: Node) -> list[Json]:
    details = arguments.flag("includeDetails")
    return [automation().deployments.result(arguments.say("asyncProcessId"), details=details)]


def _cancel_deploy(arguments: Node) -> list[Json]:
    deployment_id = arguments.say("String") or arguments.say("id")
    automation().deployments.cancel(deployment_id)
    return [{"done": True, "id": deployment_id}]


def _retrieve(arguments: Node) -> list[Json]:
    if not arguments.children:
        raise OrgError("MISSING_ARGUMENT", "retrieveRequest is missing")
    with work() as at:
        # The one argument is taken whatever its name: jsforce's isn't that of the WSDL.
        return [_begun(retrievals().begin(at, arguments.children[0]))]


def _check_retrieve_status(arguments: Node) -> list[Json]:
    with_zip = arguments.flag("includeZip", True)
    return [retrievals().result(arguments.say("asyncProcessId"), with_zip=with_zip)]


def _describe(_: Node) -> list[Json]:
    return [describe_metadata()]


def _list(arguments: Node) -> list[Json]:
    types = [query.say("type") for query in arguments.all("queries")]
    if len(types) > MOST_LISTED:
        raise OrgError("LIMIT_EXCEEDED", f"listMetadata takes {MOST_LISTED} queries at most, not {len(types)}")
    with work() as at:
        return list_metadata(at, types)


def _begun(job_id: str) -> Json:
    return {"done": False, "id": job_id, "state": "Queued"}


METHODS: dict[str, Callable[[Node], list[Json]]] = {
    "deploy": _deploy,
    "checkDeployStatus": _check_deploy_status,
    "cancelDeploy": _cancel_deploy,
    "retrieve": _retrieve,
    "checkRetrieveStatus": _check_retrieve_status,
    "describeMetadata": _describe,
    "listMetadata": _list,
}
