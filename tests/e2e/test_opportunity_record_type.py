"""What an org gets whose opportunities have record types: proposals of the type of the admin's choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connectors.salesforce.install import source, zip
from connectors.salesforce.install.metadata import File
from connectors.salesforce.install.plan import Change
from connectors.salesforce.install.uninstall import plan as plan_removal
from connectors.salesforce.install.uninstall import uninstall
from connectors.salesforce.local_org.server import LocalOrg
from tests.e2e.installs import MAPPING, Site, of, shortly
from tests.e2e.test_install_automations import READY, SCORED, Floor, floor  # noqa: F401

NAME = "Success_Vector_Opportunity_Record_Type"
SPACE = "http://soap.sforce.com/2006/04/metadata"
TYPES = f"""<CustomObject xmlns="{SPACE}">
<businessProcesses><fullName>Expansion</fullName><isActive>true</isActive>
<values><fullName>Prospecting</fullName><default>false</default></values></businessProcesses>
<recordTypes><fullName>Expansion</fullName><active>true</active><businessProcess>Expansion</businessProcess>
<label>Expansion</label></recordTypes></CustomObject>"""


def with_record_types(site: Site) -> str:
    """Give opportunities a record type, install, and return the record type's id."""
    path = "objects/Opportunity.object"
    names = {("RecordType", "Opportunity.Expansion"): path, ("BusinessProcess", "Opportunity.Expansion"): path}
    site.bring([File(path, TYPES.encode(), names)])
    site.install(site.order())
    soql = "SELECT Id FROM RecordType WHERE DeveloperName = 'Expansion'"
    (found,) = site.client.json("GET", "query", params={"q": soql})["records"]
    return str(found["Id"])


def named_in_the_switch(floor: Floor, record_type: str) -> None:  # noqa: F811
    one = next(one for one in source.read().of("CustomMetadata") if one.name.endswith("Expansion_Ready"))
    ((path, text),) = one.contents.items()
    value = f'<values><field>Record_Type_Id__c</field><value xsi:type="xsd:string">{record_type}</value></values>'
    chosen = text.replace(b"</CustomMetadata>", value.encode() + b"</CustomMetadata>")
    on = chosen.replace(b'"xsd:boolean">false<', b'"xsd:boolean">true<')
    Site(floor.office.org).bring(zip.files(source.Source((replace(one, contents={path: on}),))))


def test_a_proposal_gets_the_record_type_that_the_switch_names_and_says_where_it_comes_from(
    floor: Floor,  # noqa: F811
) -> None:
    named_in_the_switch(floor, record_type := with_record_types(Site(floor.office.org)))
    member = floor.office.create("Account", Name="Guild of Bakers", Is_Member__c=True)
    floor.write(member, **SCORED)
    floor.write(member, **READY["an offer"][0])
    by_hand = floor.office.create("Opportunity", Name="By hand", StageName="Prospecting", CloseDate="2030-01-01")

    soql = f"SELECT RecordTypeId, Member_Flag__c FROM Opportunity WHERE AccountId = '{member}'"
    (proposed,) = floor.office.query(soql)
    assert proposed["RecordTypeId"] == record_type
    assert floor.office.read("Member_Flag__c", proposed["Member_Flag__c"])["Kind__c"] == "Expansion ready"
    assert floor.office.read("Opportunity", by_hand)["Member_Flag__c"] is None


def test_it_comes_with_record_types_stays_with_upgrades_and_goes_when_uninstalled(
    new_org: Callable[..., LocalOrg],
) -> None:
    site = Site(new_org())
    site.install(site.order())
    assert site.flow(NAME) is None

    with_record_types(site)

    state = site.flow(NAME)
    assert state is not None
    assert state.active
    again = site.plan(site.order())
    assert again.archive.files == ()
    assert f"Flow:{NAME}" in of(again.plan, Change.LEFT)
    site.switch_off(NAME)
    site.install(site.order())
    assert of(site.plan(site.order()).plan, Change.KEPT)[f"Flow:{NAME}"].startswith("switched off")

    removal = plan_removal(site.client, MAPPING, source.read(), wait=shortly)
    uninstall(site.client, removal, wait=shortly)
    assert site.flow(NAME) is None
