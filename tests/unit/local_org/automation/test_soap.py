"""The Metadata API over SOAP, message by message, and what can be retrieved."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import requests

from connectors.salesforce.local_org.metadata.jobs import Options
from connectors.salesforce.local_org.metadata.tree import Node, parse
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.automation.zips import custom_object, field, manifest, package, xml

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
METADATA = "http://soap.sforce.com/2006/04/metadata"
Members = dict[str, list[str]]


class Soap:
    """Calls methods as the administrator, or with another session."""

    def __init__(self, org: LocalOrg) -> None:
        self.org = org
        self.token = org.admin_token()

    def send(self, body: str) -> requests.Response:
        return requests.post(
            f"{self.org.url}/services/Soap/m/66.0", data=body.encode(), headers={"Content-Type": "text/xml"}, timeout=20
        )

    def __call__(self, method: str, arguments: str = "") -> tuple[int, Node]:
        """Status, and the element inside the answer's Body."""
        response = self.send(
            f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Header><SessionHeader xmlns="{METADATA}"><sessionId>{self.token}'
            f'</sessionId></SessionHeader></e:Header><e:Body><{method} xmlns="{METADATA}">{arguments}</{method}>'
            "</e:Body></e:Envelope>"
        )
        assert response.headers["Content-Type"].startswith("text/xml")
        body = parse(response.content).one("Body")
        assert body is not None
        return response.status_code, body.children[0]

    def result(self, method: str, arguments: str = "") -> Node:
        status, answer = self(method, arguments)
        assert (status, answer.tag) == (200, f"{method}Response"), answer.plain()
        return answer.children[0]

    def fault(self, method: str, arguments: str = "") -> str:
        status, answer = self(method, arguments)
        assert (status, answer.tag) == (500, "Fault")
        return answer.say("faultcode")

    def deploy(self, files: dict[str, str], members: Members, **more: str) -> Node:
        content = base64.b64encode(package(files, members, **more)).decode()
        options = "<rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage>"
        begun = self.result("deploy", f"<ZipFile>{content}</ZipFile><DeployOptions>{options}</DeployOptions>")
        assert (begun.say("done"), begun.say("state")) == ("false", "Queued")
        asked = f"<asyncProcessId>{begun.say('id')}</asyncProcessId><includeDetails>true</includeDetails>"
        for _ in range(500):
            told = self.result("checkDeployStatus", asked)
            if told.flag("done"):
                return told
            time.sleep(0.02)
        raise AssertionError("the deployment never ended")

    def retrieve(self, members: Members) -> tuple[Node, dict[str, str]]:
        """The RetrieveResult, and the files in its zip."""
        types = parse(manifest(members).encode()).children
        named = "".join(
            "<types>" + "".join(f"<{part.tag}>{part.text}</{part.tag}>" for part in each.children) + "</types>"
            for each in types
            if each.tag == "types"
        )
        unpackaged = f"<unpackaged>{named}<version>66.0</version></unpackaged>"
        begun = self.result("retrieve", f"<retrieveRequest><apiVersion>66.0</apiVersion>{unpackaged}</retrieveRequest>")
        told = self.result("checkRetrieveStatus", f"<asyncProcessId>{begun.say('id')}</asyncProcessId>")
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(told.say("zipFile")))) as archive:
            return told, {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture
def soap(make_org: Callable[..., LocalOrg]) -> Soap:
    return Soap(make_org())


PLAN = {"objects/Plan__c.object": custom_object(field("Other__c") + field("Text__c"), label="Plan")}


def test_a_deployment_is_told_as_a_deploy_result(soap: Soap) -> None:
    told = soap.deploy(PLAN, {"CustomObject": ["Plan__c"]})
    assert (told.say("status"), told.say("success"), told.say("numberComponentsDeployed")) == ("Succeeded", "true", "3")
    details = told.one("details")
    assert details is not None
    names = {each.say("fullName") for each in details.all("componentSuccesses")}
    assert names == {"Plan__c", "Plan__c.Text__c", "Plan__c.Other__c", "package.xml"}
    assert told.say("completedDate").endswith("Z")


@pytest.mark.parametrize("said", ["true", "false"])
def test_the_option_by_which_old_versions_asked_for_tests_is_still_understood(soap: Soap, said: str) -> None:
    content = base64.b64encode(package(PLAN, {"CustomObject": ["Plan__c"]})).decode()
    options = f"<runAllTests>{said}</runAllTests><checkOnly>true</checkOnly>"
    begun = soap.result("deploy", f"<ZipFile>{content}</ZipFile><DeployOptions>{options}</DeployOptions>")
    assert begun.say("state") == "Queued"


def test_what_was_deployed_is_retrieved_as_it_was(soap: Soap) -> None:
    label = xml("CustomLabels", "<labels><fullName>Hi</fullName><language>en_US</language><protected>false</protected>"
                "<shortDescription>Hi</shortDescription><value>Hi &amp; bye</value></labels>")  # fmt: skip
    soap.deploy({**PLAN, "labels/CustomLabels.labels": label}, {"CustomObject": ["Plan__c"], "CustomLabel": ["Hi"]})
    told, files = soap.retrieve({"CustomObject": ["Plan__c"], "CustomLabel": ["*"]})
    assert (told.say("status"), told.all("messages")) == ("Succeeded", [])
    for path, text in ("objects/Plan__c.object", PLAN["objects/Plan__c.object"]), ("labels/CustomLabels.labels", label):
        assert parse(files[f"unpackaged/{path}"].encode()).plain() == parse(text.encode()).plain()
    assert [(each.say("type"), each.say("fullName")) for each in told.all("fileProperties")] == [
        ("CustomObject", "Plan__c"),
        ("CustomLabel", "Hi"),
        ("Package", "unpackaged/package.xml"),
    ]
    assert "<members>Plan__c</members>" in files["unpackaged/package.xml"]


def test_a_part_is_retrieved_by_itself_and_a_later_deployment_adds_to_the_whole(soap: Soap) -> None:
    soap.deploy(PLAN, {"CustomObject": ["Plan__c"]})
    more = xml("CustomObject", field("More__c"))
    soap.deploy({"objects/Plan__c.object": more}, {"CustomField": ["Plan__c.More__c"]})
    _, part = soap.retrieve({"CustomField": ["Plan__c.More__c"]})
    fields = parse(part["unpackaged/objects/Plan__c.object"].encode())
    assert [(each.tag, each.say("fullName")) for each in fields.children] == [("fields", "More__c")]
    _, whole = soap.retrieve({"CustomObject": ["*"]})
    found = parse(whole["unpackaged/objects/Plan__c.object"].encode())
    assert {each.say("fullName") for each in found.all("fields")} == {"Text__c", "Other__c", "More__c"}
    assert found.say("label") == "Plan"


def test_what_was_destroyed_is_told_as_not_found(soap: Soap) -> None:
    soap.deploy(PLAN, {"CustomObject": ["Plan__c"]})
    soap.deploy({}, {}, destructiveChanges=manifest({"CustomField": ["Plan__c.Other__c"]}))
    told, files = soap.retrieve({"CustomObject": ["Plan__c"], "CustomField": ["Plan__c.Other__c"]})
    assert "Other__c" not in files["unpackaged/objects/Plan__c.object"]
    (message,) = told.all("messages")
    assert message.say("problem") == "Entity of type 'CustomField' named 'Plan__c.Other__c' cannot be found"


def test_a_folder_may_be_named_with_a_slash_at_its_end_as_the_salesforce_cli_does(soap: Soap) -> None:
    folder = xml("ReportFolder", "<name>Mine</name>")
    told = soap.deploy({"reports/Mine-meta.xml": folder}, {"Report": ["Mine/"]})
    assert told.say("status") == "Succeeded", told.plain()


def test_the_types_and_their_components_are_listed(soap: Soap) -> None:
    soap.deploy(PLAN, {"CustomObject": ["Plan__c"]})
    types = {each.say("xmlName"): each for each in soap.result("describeMetadata").all("metadataObjects")}
    assert (types["CustomObject"].say("directoryName"), types["CustomObject"].say("suffix")) == ("objects", "object")
    _, answer = soap("listMetadata", "<queries><type>CustomField</type></queries><asOfVersion>66.0</asOfVersion>")
    assert {each.say("fullName") for each in answer.children} == {"Plan__c.Text__c", "Plan__c.Other__c"}
    four = "<queries><type>CustomField</type></queries>" * 4
    assert soap.fault("listMetadata", four) == "sf:LIMIT_EXCEEDED"


def test_a_deployment_that_has_not_begun_is_canceled(soap: Soap) -> None:
    deployments = soap.org.automation.deployments
    deployments.stop()
    waiting = deployments.submit(package({}, {}), Options.read({}), soap.org.org.founding.admin_id)
    told = soap.result("cancelDeploy", f"<String>{waiting}</String>")
    deployments.start()
    assert (told.say("done"), told.say("id")) == ("true", waiting)
    assert deployments.result(waiting, details=False)["status"] == "Canceled"


def test_a_deployment_that_is_done_cannot_be_canceled(soap: Soap) -> None:
    told = soap.deploy(PLAN, {"CustomObject": ["Plan__c"]})
    assert soap.fault("cancelDeploy", f"<String>{told.say('id')}</String>") == "sf:INVALID_ID_FIELD"


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("readMetadata", "<type>CustomObject</type>", "API_DISABLED_FOR_ORG"),
        ("checkDeployStatus", "<asyncProcessId>0Af000000000000AAA</asyncProcessId>", "INVALID_CROSS_REFERENCE_KEY"),
        ("checkRetrieveStatus", "<asyncProcessId>09S000000000000AAA</asyncProcessId>", "INVALID_CROSS_REFERENCE_KEY"),
        ("deploy", "<ZipFile>!</ZipFile><DeployOptions/>", "INVALID_FIELD"),
        ("retrieve", "", "MISSING_ARGUMENT"),
    ],
)
def test_a_refusal_is_a_fault(soap: Soap, method: str, arguments: str, code: str) -> None:
    assert soap.fault(method, arguments) == f"sf:{code}"


def test_only_an_administrators_session_is_served(soap: Soap) -> None:
    soap.token = soap.org.integration_token()
    assert soap.fault("describeMetadata") == "sf:INSUFFICIENT_ACCESS"
    soap.token = "00D!no"
    assert soap.fault("describeMetadata") == "sf:INVALID_SESSION_ID"


@pytest.mark.parametrize(
    "body",
    [
        "", "no xml", "<a/>", f'<e:Envelope xmlns:e="{ENVELOPE}"/>',
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)  # fmt: skip
def test_what_is_no_soap_message_is_answered_with_a_fault(soap: Soap, body: str) -> None:
    response = soap.send(body)
    assert response.status_code == 500
    fault: Any = parse(response.content).children[0].children[0]
    assert fault.say("faultcode") == "sf:UNKNOWN_EXCEPTION"
