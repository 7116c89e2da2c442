"""Upgrading an org that its admins have made their own: theirs stays and is told, ours comes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.salesforce.install import record, run
from connectors.salesforce.install.metadata import File
from connectors.salesforce.install.plan import Change
from connectors.salesforce.install.removal import remove
from connectors.salesforce.install.run import Prepared, install, installed
from connectors.salesforce.local_org.server import LocalOrg
from plugin.errors import Problems, UserError
from tests.e2e.installs import BEFORE, NOW, Site, altered, before_this, of, shortly, text

OFF_COURSE, GAP = "Success_Vector_Off_Course_Account", "Success_Vector_Success_Gap_Account"
SWITCH = "Success_Vector_Automation.Off_Course"
VIEW = "Account.Success_Vector_Off_Course"
ADMINS = "Success_Vector_Admin"
OWN_FIELD = b"""<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><fields><fullName>Chapter__c</fullName>
<label>Chapter</label><length>80</length><type>Text</type></fields></CustomObject>"""
OWN_ENTRY = (
    "<label>",
    "<fieldPermissions><editable>true</editable><field>Account.Chapter__c</field><readable>true</readable>"
    "</fieldPermissions><label>",
)


@pytest.fixture
def site(new_org: Callable[..., LocalOrg]) -> Site:
    return Site(new_org())


def make_it_their_own(site: Site) -> str:
    """Do what admins do between two versions; return the id of a record of the association's own."""
    site.bring([File("objects/Account.object", OWN_FIELD, {("CustomField", "Account.Chapter__c"): "theirs"})])
    site.edit("PermissionSet", ADMINS, OWN_ENTRY)
    site.edit("ListView", VIEW, ("<columns>", "<columns>ACCOUNT.PHONE1</columns><columns>"))
    site.edit("ListView", "Account.Success_Vector_Gap_Open", ("<label>Old: ", "<label>Our own: "))
    site.edit("ListView", "Desired_Outcome__c.Loved", ("<label>All", "<label>Our favourite"))
    site.edit("CustomMetadata", SWITCH, ('xsi:type="xsd:boolean">false', 'xsi:type="xsd:boolean">true'))
    site.edit("CustomField", "Desired_Outcome__c.Time_Frame__c", ("<label>", "<label>Our "))
    site.switch_off(GAP)
    return site.create("Account", Name="Guild of Sample Bakers", Chapter__c="North")


def test_an_upgrade_brings_ours_and_keeps_what_admins_made_theirs(site: Site, tmp_path: Path) -> None:
    site.install(site.order(BEFORE, before_this(tmp_path)))
    account = make_it_their_own(site)
    label = site.field("Desired_Outcome__c", "Time_Frame__c")["label"]
    assert label.startswith("Our ")

    plan = site.plan(site.order()).plan
    kept = of(plan, Change.KEPT)
    done = site.install(site.order())

    assert "changed in this org" in kept[f"ListView:{VIEW}"]
    assert "changed in this org and by us" in kept["ListView:Account.Success_Vector_Gap_Open"]
    assert kept[f"CustomMetadata:{SWITCH}"].startswith("changed in this org: Active__c is 'true' (ours: 'false')")
    assert kept[f"PermissionSet:{ADMINS}"] == "changed in this org: field Account.Chapter__c added"
    assert f"label is '{label}'" in kept["CustomField:Desired_Outcome__c.Time_Frame__c"]
    assert kept[f"Flow:{GAP}"].startswith("switched off in this org")
    assert kept["ListView:Desired_Outcome__c.Loved"].endswith("from now on it is only yours")
    changed = of(plan, Change.CHANGED)
    assert changed["CustomField:Account.Next_Step__c"] == "label 'Next Thing' -> 'Next Step'; length '200' -> '255'"
    assert set(of(plan, Change.CREATED)) == {"ListView:Desired_Outcome__c.Assumed"}
    assert set(of(plan, Change.REMOVED)) == {"ListView:Desired_Outcome__c.Old", "Flow:Success_Vector_Former"}
    assert set(done.removed) == {
        ("ListView", "Desired_Outcome__c.Old"), ("Flow", "Success_Vector_Former"), ("CustomLabel", "SV_Former")
    }  # fmt: skip

    described = site.field("Account", "Next_Step__c")
    assert (described["label"], described["length"]) == ("Next Step", 255)
    assert "ACCOUNT.PHONE1" in site.shows("ListView", VIEW)
    assert "<label>Our own: " in site.shows("ListView", "Account.Success_Vector_Gap_Open")
    assert "Old: " not in site.shows("ListView", "Account.Success_Vector_Drifting")
    assert "Our favourite" in site.shows("ListView", "Desired_Outcome__c.Loved")
    assert site.shows("ListView", "Desired_Outcome__c.Old") == ""
    assert site.shows("CustomLabel", "SV_Former") == ""
    assert "Account.Chapter__c" in site.shows("PermissionSet", ADMINS)
    assert 'xsi:type="xsd:boolean">true' in site.shows("CustomMetadata", SWITCH)
    assert site.field("Desired_Outcome__c", "Time_Frame__c")["label"] == label
    assert site.client.json("GET", f"sobjects/Account/{account}")["Chapter__c"] == "North"
    off, on = site.flow(GAP), site.flow(OFF_COURSE)
    assert off is not None and on is not None  # noqa: PT018
    assert (off.active_version, off.newest) == (None, 1)
    assert (on.active_version, on.newest) == (2, 2)
    assert site.flow("Success_Vector_Former") is None
    assert "Note the problem" in site.shows("Flow", OFF_COURSE)

    again = site.plan(site.order())
    assert of(again.plan, Change.KEPT).keys() == kept.keys() - {"ListView:Desired_Outcome__c.Loved"}
    assert {*of(again.plan, Change.CHANGED), *of(again.plan, Change.CREATED), *of(again.plan, Change.REMOVED)} == set()
    assert again.archive.files == ()


def test_ours_is_taken_where_it_is_asked_for(site: Site) -> None:
    site.install(site.order())
    site.edit("ListView", VIEW, ("<label>", "<label>Our "))
    site.switch_off(GAP)

    site.install(site.order(take=[f"ListView:{VIEW}", f"Flow:{GAP}"]))

    assert "<label>Our " not in site.shows("ListView", VIEW)
    state = site.flow(GAP)
    assert state is not None
    assert state.active
    assert of(site.plan(site.order()).plan, Change.KEPT) == {}


def test_what_the_service_lives_on_is_put_back_and_told(site: Site) -> None:
    site.install(site.order())
    entry = "<editable>true</editable>\n        <field>Account.Next_Step__c</field>"
    site.edit("PermissionSet", "Success_Vector_Integration", (entry, entry.replace("true", "false")))
    site.switch_off("Success_Vector_Notify_Account_Created")

    changed = of(site.plan(site.order()).plan, Change.CHANGED)
    site.install(site.order())

    told = changed["PermissionSet:Success_Vector_Integration"]
    assert told.startswith("field Account.Next_Step__c")
    assert "the service needs ours" in told
    assert changed["Flow:Success_Vector_Notify_Account_Created"] == "inactive -> active"
    assert entry in site.shows("PermissionSet", "Success_Vector_Integration")


def test_an_older_version_is_refused_and_changes_nothing(site: Site, tmp_path: Path) -> None:
    site.install(site.order("1.10.0"))

    with pytest.raises(
        UserError, match=r"has Success Vector 1\.10\.0, which is newer than the 1\.9\.2 on this machine"
    ):
        site.plan(site.order("1.9.2", before_this(tmp_path)))

    kept = installed(site.client, shortly)
    assert kept is not None
    assert kept.version == "1.10.0"


def test_a_refused_upgrade_leaves_everything_as_it_was(site: Site, tmp_path: Path) -> None:
    site.install(site.order(BEFORE, before_this(tmp_path / "before")))
    remembered = installed(site.client, shortly)
    broken = altered(
        tmp_path / "broken",
        text(
            "objects/Success_Milestone__c/fields/Expansion_Offer__c.field-meta.xml", ("<label>", f"<label>{'x' * 41}")
        ),
    )

    with pytest.raises(Problems, match="so nothing was changed"):
        site.install(site.order(NOW, broken))

    assert installed(site.client, shortly) == remembered
    assert site.field("Account", "Next_Step__c")["label"] == "Next Thing"
    state = site.flow(OFF_COURSE)
    assert state is not None
    assert (state.active_version, state.newest) == (1, 1)
    assert "All" in site.shows("ListView", "Desired_Outcome__c.Old")


def crash(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("step", "production"), [("activate", True), ("_remember", False)])
def test_a_crash_after_the_deployment_is_recovered_by_running_again(
    step: str, production: bool, new_org: Callable[..., LocalOrg], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(new_org(production=production, sandbox=not production))
    site.install(site.order(BEFORE, before_this(tmp_path)))
    prepared: Prepared = site.plan(site.order())
    with monkeypatch.context() as patched:
        patched.setattr(run, step, crash)
        with pytest.raises(KeyboardInterrupt):
            install(site.client, prepared, wait=shortly)
    site.edit("ListView", VIEW, ("<label>", "<label>Our "))

    site.install(site.order())

    plan = site.plan(site.order())
    assert set(of(plan.plan, Change.KEPT)) == {f"ListView:{VIEW}"}
    assert plan.archive.files == ()
    assert record.UNSEEN not in {marks.org for pieces in plan.record.pieces.values() for marks in pieces.values()}
    state = site.flow(OFF_COURSE)
    assert state is not None
    assert state.active_version == state.newest == 2
    assert site.flow("Success_Vector_Former") is None


def test_an_edit_in_the_moment_of_a_crash_is_still_the_admins(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install(site.order(BEFORE, before_this(tmp_path)))
    with monkeypatch.context() as patched:
        patched.setattr(run, "_remember", crash)
        with pytest.raises(KeyboardInterrupt):
            install(site.client, site.plan(site.order()), wait=shortly)
    site.edit("ListView", "Account.Success_Vector_Drifting", ("<label>", "<label>Our "))

    site.install(site.order())

    assert "<label>Our " in site.shows("ListView", "Account.Success_Vector_Drifting")
    assert set(of(site.plan(site.order()).plan, Change.KEPT)) == {"ListView:Account.Success_Vector_Drifting"}


def test_old_versions_of_our_flows_go_and_the_active_one_and_a_draft_stay(site: Site, tmp_path: Path) -> None:
    site.install(site.order(BEFORE, before_this(tmp_path / "before")))
    for number in range(2, 50):
        site.edit("Flow", OFF_COURSE, ("</description>", f" {number}</description>"))
    full = site.flow(OFF_COURSE)
    assert full is not None
    assert full.newest == 49

    site.edit("Flow", OFF_COURSE, ("<status>Active", "<status>Draft"))
    site.install(site.order(take=[f"Flow:{OFF_COURSE}"]))

    assert versions(site, OFF_COURSE) == [(51, "Active")]
    draft = [("<status>Active", "<status>Draft"), ("Note the problem", "Note a problem")]
    site.edit("Flow", OFF_COURSE, *draft)
    site.install(site.order())
    assert versions(site, OFF_COURSE) == [(51, "Active"), (52, "Draft")]


def versions(site: Site, flow: str) -> list[tuple[int, str]]:
    soql = f"SELECT VersionNumber, Status FROM Flow WHERE Definition.DeveloperName = '{flow}' ORDER BY VersionNumber"
    rows = site.client.json("GET", "tooling/query", params={"q": soql})["records"]
    return [(row["VersionNumber"], row["Status"]) for row in rows]


def test_what_was_deployed_without_the_installer_is_taken_over(site: Site) -> None:
    site.install(site.order())
    site.edit("ListView", VIEW, ("<label>", "<label>Our "))
    forget(site)

    plan = site.plan(site.order()).plan
    site.install(site.order())

    assert of(plan, Change.KEPT)[f"ListView:{VIEW}"].startswith("differs from ours, and it isn't known who changed it")
    assert {*of(plan, Change.CREATED), *of(plan, Change.CHANGED)} == set()
    assert installed(site.client, shortly) is not None
    assert "<label>Our " in site.shows("ListView", VIEW)


def forget(site: Site) -> None:
    """Delete what the org remembers, as if the package had come by the Salesforce CLI."""
    remove(site.client, [record.COMPONENT], wait=shortly)
