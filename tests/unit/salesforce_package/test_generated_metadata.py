"""What the installer generates for an org is held to the same schema as what lies in the package."""

import metadata_schema
import package_limits
from defusedxml.ElementTree import fromstring

from connectors.salesforce.install import notify, source, zip
from connectors.salesforce.install.kinds import KINDS
from mappings.load import load

NOTICES = (notify.Notice("Account", ("Name", "OwnerId")), notify.Notice("Log__c", ()))
GENERATED = notify.files(NOTICES, "https://vector.example.org/webhooks/salesforce/s&t", "robot@example.org", "66.0")


def test_generated_flows_and_messages_are_valid_by_the_schema_of_the_metadata_api() -> None:
    assert {file.path: metadata_schema.faults(file.content) for file in GENERATED} == {
        "workflows/Account.workflow": [],
        "workflows/Log__c.workflow": [],
        "flows/Success_Vector_Notify_Account_Created.flow": [],
        "flows/Success_Vector_Notify_Account_Updated.flow": [],
        "flows/Success_Vector_Notify_Log_Created.flow": [],
    }


def test_every_file_of_a_deployment_is_valid_by_the_schema() -> None:
    files = [one for one in zip.files(source.read()) if not one.path.endswith((".js", ".html", ".css", ".svg"))]

    assert {file.path: faults for file in files if (faults := metadata_schema.faults(file.content))} == {}


def test_package_xml_is_valid_by_the_schema() -> None:
    assert metadata_schema.faults(zip.manifest([("Flow", "A"), ("CustomField", "Account.B__c")], "66.0")) == []


def test_each_flow_calls_the_message_of_its_object() -> None:
    for file in GENERATED[2:]:
        expected = (
            b"Account.Success_Vector_Notify" if b"<object>Account<" in file.content else b"Log__c.Success_Vector_"
        )
        assert b"<actionName>" + expected in file.content
        assert b"<targetReference>Notify_Success_Vector<" in file.content
        assert b"<name>Notify_Success_Vector<" in file.content


def test_generated_flows_keep_within_what_salesforce_takes_however_much_is_mapped() -> None:
    found = notify.notices(load("salesforce", ["Account", "Contact"]), lambda _, field: (field, f"Part_of_{field}"))
    files = notify.files(found, "https://vector.example.org/webhooks/salesforce/s", "robot@example.org", "66.0")
    flows = [
        source.Component(KINDS["flow"], "flow", one.path, one.path, fromstring(one.content))
        for one in files
        if one.path.startswith("flows/")
    ]

    assert len(flows) == 2 * len(found)
    assert package_limits.faults(source.Source(tuple(flows))) == []
