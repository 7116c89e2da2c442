"""What an org receives of the screens: every part of them, described as Salesforce wants it, and no test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.source import PACKAGE, read
from connectors.salesforce.install.zip import files

SCREENS = {"svNextStep", "svDueAndLate", "svGoal", "svMilestonePath", "svSuccessVector"}
SOURCE = PACKAGE / "force-app/main/default"
TEXTS = [path for path in (SOURCE / "lwc").rglob("*.*") if path.suffix in {".js", ".html"}]


def shipped() -> list[Path]:
    """Return the source files that belong to a component, tests left aside."""
    return [path for path in (SOURCE / "lwc").rglob("*.*") if path.is_file() and "__tests__" not in path.parts]


def test_every_part_of_a_screen_travels_and_no_test_does() -> None:
    sent = {one.path: one.content for one in files(read()) if one.path.startswith("lwc/")}

    assert sent == {path.relative_to(SOURCE).as_posix(): path.read_bytes() for path in shipped()}


def test_labels_and_the_message_channel_travel_with_them() -> None:
    sent = {one.path for one in files(read())}

    assert {"labels/CustomLabels.labels", "messageChannels/Member_Facts_Changed.messageChannel"} <= sent


def test_the_five_screens_can_be_put_on_the_pages_of_accounts_and_contacts() -> None:
    bundles = read().of("LightningComponentBundle")

    assert {one.name for one in bundles if one.flag("isExposed")} == SCREENS
    assert {one.say("apiVersion") for one in bundles} == {"66.0"}
    for one in bundles:
        if one.name in SCREENS:
            assert [found.text for found in one.root.iter(tag("target"))] == ["lightning__RecordPage"]
            assert {found.text for found in one.root.iter(tag("object"))} == {"Account", "Contact"}


def test_a_members_page_opens_in_our_app_on_a_desk_and_on_a_phone() -> None:
    [app] = read().of("CustomApplication")
    overrides = app.root.iter(tag("actionOverrides"))
    opened = {
        tuple(one.findtext(tag(name)) for name in ("pageOrSobjectType", "formFactor", "content")) for one in overrides
    }

    assert opened == {
        (member, size, f"Success_Vector_Member_{member}")
        for member in ("Account", "Contact")
        for size in ("Large", "Small")
    }


def test_every_label_is_there_and_is_used() -> None:
    [labels] = read().of("CustomLabels")
    named = {found.text for found in labels.root.iter(tag("fullName"))}
    asked = {name for path in TEXTS for name in re.findall(r"@salesforce/label/c\.(\w+)", path.read_text())}

    assert named == asked


@pytest.mark.parametrize("path", [path for path in TEXTS if path.suffix == ".html"], ids=lambda path: path.stem)
def test_a_screen_says_nothing_that_can_not_be_translated(path: Path) -> None:
    """Every text between tags comes from a label or a record: none is written into the template."""
    written = re.sub(r"\{[^}]*\}", "", re.sub(r"<[^>]*>", " ", path.read_text()))

    assert re.findall(r"[^\W\d_]+", written) == []


def test_what_npm_should_fetch_is_pinned_and_names_no_registry() -> None:
    lock = (PACKAGE / "package-lock.json").read_text()

    assert "resolved" not in lock
    assert "://registry." not in lock
    assert not re.findall(r'"[\^~]', (PACKAGE / "package.json").read_text())
