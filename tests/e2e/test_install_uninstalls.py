"""Taking the package out again: the screens and automations, or with an export all data of ours as well."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connectors.salesforce.install import source
from connectors.salesforce.install.metadata import File
from connectors.salesforce.install.run import install, installed, prepare
from connectors.salesforce.local_org.server import LocalOrg
from plugin.cli.uninstall import uninstall as command
from plugin.errors import UserError
from tests.e2e.installs import Site, shortly

OWN_FIELDS = b"""<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><fields><fullName>Chapter__c</fullName>
<label>Chapter</label><length>80</length><type>Text</type></fields></CustomObject>"""
OWN_SET = b"""<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><fieldPermissions><editable>true</editable>
<field>Account.Chapter__c</field><readable>true</readable></fieldPermissions><label>Own</label></PermissionSet>"""


@pytest.fixture
def site(new_org: Callable[..., LocalOrg], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    made = Site(new_org())
    made.install(made.order())
    made.at_the_command_line(monkeypatch, tmp_path)
    return made


def run(*options: str) -> Result:
    return CliRunner().invoke(command, list(options), catch_exceptions=False)


def with_their_own(site: Site) -> tuple[str, str]:
    """Give the association a field, a permission set and records of its own; return account and goal."""
    site.bring(
        [
            File("objects/Account.object", OWN_FIELDS, {("CustomField", "Account.Chapter__c"): "theirs"}),
            File("permissionsets/Own.permissionset", OWN_SET, {("PermissionSet", "Own"): "theirs"}),
        ]
    )
    (own,) = site.client.json("GET", "query", params={"q": "SELECT Id FROM PermissionSet WHERE Name = 'Own'"})[
        "records"
    ]
    who = site.client.json("GET", "/services/oauth2/userinfo")["user_id"]
    site.create("PermissionSetAssignment", PermissionSetId=own["Id"], AssigneeId=who)
    account = site.create("Account", Name="Guild, of “Sample” Bakers", Chapter__c="North", Is_Member__c=True)
    goal = site.create("Desired_Outcome__c", Name="Twenty\ntrained members", Account__c=account)
    site.create("Success_Milestone__c", Name="First course", Desired_Outcome__c=goal, Type__c="Functional")
    return account, goal


def test_data_are_only_deleted_after_a_copy_and_on_a_plain_yes(site: Site, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs a copy of them first"):
        run("--delete-data", "--yes")
    with pytest.raises(UserError, match="asks no questions: add --yes"):
        run("--delete-data", "--export", str(tmp_path / "copy"))
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "letter.txt").write_text("Dear member")
    with pytest.raises(UserError, match="is not empty"):
        run("--delete-data", "--yes", "--export", str(tmp_path / "used"))

    assert site.plan(site.order()).archive.files == ()
    assert not (tmp_path / "copy").exists()


def test_deleting_our_data_leaves_a_counted_copy_and_all_that_is_the_associations(site: Site, tmp_path: Path) -> None:
    account, goal = with_their_own(site)

    said = run("--delete-data", "--yes", "--export", str(tmp_path / "copy")).output

    contents = json.loads((tmp_path / "copy" / "contents.json").read_text())["objects"]
    assert contents["Desired_Outcome__c"] == {"file": "Desired_Outcome__c.csv", "records": 1}
    assert "Desired_Outcome__c: 1 records, counted" in said
    with (tmp_path / "copy" / "Desired_Outcome__c.csv").open(newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert (row["Id"], row["Name"], row["Account__c"]) == (goal, "Twenty\ntrained members", account)
    with (tmp_path / "copy" / "Account.csv").open(newline="") as opened:
        accounts = {row["Id"]: row for row in csv.DictReader(opened)}
    assert accounts[account]["Name"] == "Guild, of “Sample” Bakers"
    assert "Is_Member__c" in accounts[account]
    assert "Chapter__c" not in accounts[account]
    assert (tmp_path / "copy" / "Account.csv").stat().st_mode & 0o077 == 0

    there = {one["name"] for one in site.client.json("GET", "sobjects")["sobjects"]}
    assert there.isdisjoint(one.name for one in source.read().of("CustomObject"))
    kept = site.client.json("GET", f"sobjects/Account/{account}")
    assert (kept["Name"], kept["Chapter__c"]) == ("Guild, of “Sample” Bakers", "North")
    assert "Is_Member__c" not in kept
    assert installed(site.client, shortly) is None
    assert "Account.Chapter__c" in site.shows("PermissionSet", "Own")
    assert site.shows("PermissionSet", "Success_Vector_Admin") == ""
    site.install(site.order())


def test_what_the_association_built_on_ours_stops_the_deletion_and_nothing_of_the_data_goes(
    site: Site, tmp_path: Path
) -> None:
    _, goal = with_their_own(site)
    lookup = OWN_FIELDS.replace(
        b"<length>80</length><type>Text</type>",
        b"<referenceTo>Desired_Outcome__c</referenceTo><relationshipName>Own</relationshipName><type>Lookup</type>",
    ).replace(b"Chapter", b"Own_Goal")
    site.bring([File("objects/Account.object", lookup, {("CustomField", "Account.Own_Goal__c"): "theirs"})])

    with pytest.raises(UserError, match="our objects and fields stay with all their data") as refused:
        run("--delete-data", "--yes", "--export", str(tmp_path / "copy"))

    assert "Account.Own_Goal__c" in str(refused.value)
    assert site.client.json("GET", f"sobjects/Desired_Outcome__c/{goal}")["Status__c"] == "Wish"
    assert site.shows("PermissionSet", "Success_Vector_Admin") != ""
    site.install(site.order())


def test_checking_an_uninstallation_changes_nothing(site: Site) -> None:
    said = run("--check-only").output

    assert "Remove CustomApplication: Member_Success" in said
    assert "Checked, nothing changed." in said
    assert site.plan(site.order()).archive.files == ()


def test_after_uninstalling_an_admins_edits_are_still_known_as_theirs(site: Site) -> None:
    site.edit("ListView", "Account.Success_Vector_Off_Course", ("<label>", "<label>Our "))
    run("--yes")

    done = install(site.client, prepare(site.client, site.order(), wait=shortly), wait=shortly)

    assert done.left == ()
    assert "<label>Our " in site.shows("ListView", "Account.Success_Vector_Off_Course")
    assert site.shows("CustomApplication", "Member_Success") != ""
