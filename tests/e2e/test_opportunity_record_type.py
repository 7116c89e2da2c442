"""The optional flow that gives a proposed opportunity the record type of the admin's choice."""

from __future__ import annotations

import time
from dataclasses import replace

from connectors.salesforce.install import source, zip
from connectors.salesforce.install.deploy import deploy
from connectors.salesforce.install.metadata import File
from tests.e2e.test_install_automations import READY, SCORED, Floor, floor  # noqa: F401

NAME = "Success_Vector_Opportunity_Record_Type"
SPACE = "http://soap.sforce.com/2006/04/metadata"
TYPES = f"""<CustomObject xmlns="{SPACE}">
<businessProcesses><fullName>Expansion</fullName><isActive>true</isActive>
<values><fullName>Prospecting</fullName><default>false</default></values></businessProcesses>
<recordTypes><fullName>Expansion</fullName><active>true</active><businessProcess>Expansion</businessProcess>
<label>Expansion</label></recordTypes></CustomObject>"""


def send(floor: Floor, *files: File) -> None:  # noqa: F811
    deploy(floor.office.client, zip.pack(files, "66.0"), wait=lambda _: time.sleep(0.02))


def with_record_types(floor: Floor) -> str:  # noqa: F811
    """Give opportunities a record type, deploy the optional flow, and return the record type's id."""
    path = "objects/Opportunity.object"
    send(floor, File(path, TYPES.encode(), {("RecordType", "Opportunity.Expansion"): path,
                                            ("BusinessProcess", "Opportunity.Expansion"): path}))  # fmt: skip
    flow = source.PACKAGE / "opportunity-record-type/main/default/flows" / f"{NAME}.flow-meta.xml"
    path = f"flows/{NAME}.flow"
    send(floor, File(path, flow.read_bytes(), {("Flow", NAME): path}))
    (found,) = floor.office.query("SELECT Id FROM RecordType WHERE DeveloperName = 'Expansion'")
    return str(found["Id"])


def named_in_the_switch(floor: Floor, record_type: str) -> None:  # noqa: F811
    one = next(one for one in source.read().of("CustomMetadata") if one.name.endswith("Expansion_Ready"))
    ((path, text),) = one.contents.items()
    value = f'<values><field>Record_Type_Id__c</field><value xsi:type="xsd:string">{record_type}</value></values>'
    chosen = text.replace(b"</CustomMetadata>", value.encode() + b"</CustomMetadata>")
    on = chosen.replace(b'"xsd:boolean">false<', b'"xsd:boolean">true<')
    send(floor, *zip.files(source.Source((replace(one, contents={path: on}),))))


def test_a_proposal_gets_the_record_type_that_the_switch_names_and_says_where_it_comes_from(
    floor: Floor,  # noqa: F811
) -> None:
    named_in_the_switch(floor, record_type := with_record_types(floor))
    member = floor.office.create("Account", Name="Guild of Bakers", Is_Member__c=True)
    floor.write(member, **SCORED)
    floor.write(member, **READY["an offer"][0])
    by_hand = floor.office.create("Opportunity", Name="By hand", StageName="Prospecting", CloseDate="2030-01-01")

    soql = f"SELECT RecordTypeId, Member_Flag__c FROM Opportunity WHERE AccountId = '{member}'"
    (proposed,) = floor.office.query(soql)
    assert proposed["RecordTypeId"] == record_type
    assert floor.office.read("Member_Flag__c", proposed["Member_Flag__c"])["Kind__c"] == "Expansion ready"
    assert floor.office.read("Opportunity", by_hand)["Member_Flag__c"] is None
