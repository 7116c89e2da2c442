"""SFDX source to the zip of the Metadata API."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from connectors.salesforce.install.source import PACKAGE, read
from connectors.salesforce.install.zip import Archive, files, pack
from plugin.errors import UserError

NAMES = {"m": "http://soap.sforce.com/2006/04/metadata"}


@pytest.fixture(scope="module")
def archive() -> Archive:
    return pack(files(read()), "66.0")


def opened(archive: Archive, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(archive.content)) as entries:
        return etree.fromstring(entries.read(name))


def test_package_xml_names_every_component_of_the_source_once(archive: Archive) -> None:
    manifest = opened(archive, "package.xml")
    named = [
        (types.findtext("m:name", namespaces=NAMES), member.text)
        for types in manifest.findall("m:types", NAMES)
        for member in types.findall("m:members", NAMES)
    ]

    assert sorted(named) == sorted((one.kind.type, one.name) for one in read().components)
    assert manifest.findtext("m:version", namespaces=NAMES) == "66.0"


def test_an_object_is_put_together_from_its_fields_and_rules(archive: Archive) -> None:
    milestone = opened(archive, "objects/Success_Milestone__c.object")

    assert milestone.findtext("m:label", namespaces=NAMES) == "Success Milestone"
    assert "Due__c" in milestone.xpath("m:fields/m:fullName/text()", namespaces=NAMES)
    assert "Weight_Is_Positive" in milestone.xpath("m:validationRules/m:fullName/text()", namespaces=NAMES)


def test_a_standard_object_brings_its_fields_and_no_settings_of_its_own(archive: Archive) -> None:
    assert {etree.QName(child).localname for child in opened(archive, "objects/Account.object")} == {
        "fields",
        "listViews",
    }


def test_the_same_source_makes_the_same_bytes(archive: Archive) -> None:
    assert pack(files(read()), "66.0").content == archive.content


def test_every_component_is_traced_to_its_source_file(archive: Archive) -> None:
    assert archive.sources["CustomField", "Account.Is_Member__c"] == (
        "force-app/main/default/objects/Account/fields/Is_Member__c.field-meta.xml"
    )
    assert all((PACKAGE / path).is_file() for path in archive.sources.values())


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("classes/Spy.cls", "", "classes/Spy.cls is of no kind"),
        ("flows/Late.flow-meta.xml", "<Flow", "flows/Late.flow-meta.xml is not well-formed XML"),
        ("flows/Late.flow-meta.xml", "<Stream/>", "flows/Late.flow-meta.xml does not hold a Flow"),
    ],
)
def test_a_file_that_can_not_be_installed_is_named(name: str, content: str, words: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE / "force-app", tmp_path / "force-app")
    file = tmp_path / "force-app/main/default" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)

    with pytest.raises(UserError) as error:
        read(tmp_path)
    assert words in str(error.value)


def test_a_folder_without_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"Give the folder that holds sfdx-project\.json"):
        read(tmp_path)


def test_reports_and_dashboards_lie_in_folders_and_a_web_component_comes_whole_without_its_tests(
    tmp_path: Path,
) -> None:
    metadata = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
    written = {
        "reports/Success.reportFolder-meta.xml": f"<ReportFolder {metadata}/>",
        "reports/Success/Late.report-meta.xml": f"<Report {metadata}/>",
        "customMetadata/Switch.Late.md-meta.xml": f"<CustomMetadata {metadata}/>",
        "lwc/svLate/svLate.js-meta.xml": f"<LightningComponentBundle {metadata}/>",
        "lwc/svLate/svLate.js": "export default 1",
        "lwc/svLate/__tests__/svLate.test.js": "it()",
        "objects/Account/listViews/Late.listView-meta.xml": f"<ListView {metadata}/>",
    }
    for path, content in written.items():
        (tmp_path / "force-app/main/default" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "force-app/main/default" / path).write_text(content)

    made = pack(files(read(tmp_path)), "66.0")

    assert {one.path: sorted(one.components) for one in made.files} == {
        "objects/Account.object": [("ListView", "Account.Late")],
        "customMetadata/Switch.Late.md": [("CustomMetadata", "Switch.Late")],
        "reports/Success-meta.xml": [("Report", "Success")],
        "reports/Success/Late.report": [("Report", "Success/Late")],
        "lwc/svLate/svLate.js": [("LightningComponentBundle", "svLate")],
        "lwc/svLate/svLate.js-meta.xml": [("LightningComponentBundle", "svLate")],
    }


def test_a_web_component_without_its_description_is_told(tmp_path: Path) -> None:
    (tmp_path / "force-app/main/default/lwc/svLate").mkdir(parents=True)
    (tmp_path / "force-app/main/default/lwc/svLate/svLate.js").write_text("export default 1")

    with pytest.raises(UserError, match=r"svLate\.js-meta\.xml is missing"):
        read(tmp_path)
