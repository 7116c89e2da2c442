"""What becomes of each piece, whoever changed it, on an org that shows more than it was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.install.pieces import Components, put_together, taken_apart
from connectors.salesforce.install.record import Marks, Record, files, newer, read
from connectors.salesforce.install.remember import looked_at, under_way
from connectors.salesforce.install.threeway import Comparison, Rules, Verdict, compare
from plugin.errors import UserError

HEAD = '<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://soap.sforce.com/2006/04/metadata">{body}</{root}>'
PATH, SET = "objects/Account.object", "permissionsets/Own.permissionset"
NAME = ("CustomField", "Account.Level__c")
TAKEN_FOR_GRANTED = "<externalId>false</externalId><trackTrending>false</trackTrending>"
LABELS = st.sampled_from(["Level", "Rank", "Grade"])
LENGTHS = st.sampled_from([80, 120, 255])


def field(label: str = "Level", length: int = 80, more: str = "") -> Components:
    parts = f"<label>{label}</label><length>{length}</length>{more}<type>Text</type>"
    body = f"<fields><fullName>Level__c</fullName>{parts}</fields>"
    return taken_apart({PATH: HEAD.format(root="CustomObject", body=body).encode()})


def picklist(*values: str) -> Components:
    listed = "".join(f"<value><fullName>{value}</fullName><label>{value}</label></value>" for value in values)
    set_ = f"<valueSet><restricted>true</restricted><valueSetDefinition>{listed}</valueSetDefinition></valueSet>"
    body = f"<fields><fullName>Level__c</fullName><label>Level</label><type>Picklist</type>{set_}</fields>"
    return taken_apart({PATH: HEAD.format(root="CustomObject", body=body).encode()})


def granted(*fields: str) -> Components:
    body = "".join(
        f"<fieldPermissions><editable>true</editable><field>{name}</field><readable>true</readable></fieldPermissions>"
        for name in fields
    )
    return taken_apart({SET: HEAD.format(root="PermissionSet", body=f"{body}<label>Own</label>").encode()})


def installed(ours: Components, shown: Components) -> Record:
    """Return what an org remembers that was given ours and shows this of it."""
    compared = compare(ours, {}, None, Rules())
    return looked_at(under_way(compared, None, "1.0", "66.0"), compared, shown, ())


def one(ours: Components, theirs: Components, record: Record | None, rules: Rules | None = None) -> Comparison:
    (found,) = compare(ours, theirs, record, rules or Rules())
    return found


def becomes(found: Comparison, piece: str) -> str:
    return next((each.elements[0].text or "" for name, each in found.result.pieces.items() if name == piece), "")


@given(LABELS, LABELS, LENGTHS, LENGTHS, st.booleans())
def test_an_admins_word_stays_and_a_field_is_never_too_short(
    theirs: str, ours: str, their_length: int, our_length: int, edited: bool
) -> None:
    record = installed(field(), field(more=TAKEN_FOR_GRANTED))
    now = field(theirs, max(80, their_length), TAKEN_FOR_GRANTED) if edited else field(more=TAKEN_FOR_GRANTED)
    has = now[NAME].pieces["label"].elements[0].text

    found = one(field(ours, our_length), now, record)

    assert becomes(found, "label") == (has if has != "Level" else ours)
    assert int(becomes(found, "length")) >= max(our_length, 80)
    assert becomes(found, "externalId") == "false"


@given(LABELS, LENGTHS)
def test_what_an_org_takes_for_granted_is_nobodys_change(label: str, length: int) -> None:
    ours, shown = field(label, length), field(label, length, TAKEN_FOR_GRANTED)

    found = one(ours, shown, installed(ours, shown))

    assert {each.verdict for each in found.findings} == {Verdict.SAME}


@given(st.sets(st.sampled_from("ABCD"), min_size=1), st.sets(st.sampled_from("CDEF")))
def test_an_entry_stays_where_an_admin_put_it_and_ours_follow_us(ours: set[str], added: set[str]) -> None:
    record = installed(granted("A", "B"), granted("A", "B"))

    found = one(granted(*sorted(ours)), granted("A", "B", *sorted(added)), record)

    entries = {name.partition(" ")[2] for name in found.result.pieces if name.startswith("fieldPermissions")}
    assert entries == ours | added


@given(st.sets(st.sampled_from("ABC"), min_size=1), st.sets(st.sampled_from("XYZ")))
def test_a_picklist_holds_our_values_and_theirs(ours: set[str], theirs: set[str]) -> None:
    record = installed(picklist("A"), picklist("A"))

    found = one(picklist(*sorted(ours)), picklist("A", *sorted(theirs)), record)

    values = {node.text for node in found.result.pieces["valueSet"].elements[0].iter() if node.tag.endswith("fullName")}
    assert values >= ours | theirs


def test_what_we_have_not_looked_at_is_ours_only_where_it_says_what_we_shipped() -> None:
    compared = compare(field("Rank"), {}, None, Rules())
    unseen = under_way(compared, None, "1.0", "66.0")

    assert becomes(one(field("Grade"), field("Rank", more=TAKEN_FOR_GRANTED), unseen), "label") == "Grade"
    assert becomes(one(field("Rank"), field("Level"), unseen), "label") == "Level"
    assert becomes(one(field("Grade"), field("Level"), unseen), "label") == "Level"


def test_a_field_that_was_deleted_comes_back_whole_and_a_view_does_not() -> None:
    record = installed(field(), field())
    found = one(field("Rank"), {}, record)
    assert (becomes(found, "label"), becomes(found, "type"), found.there, found.known) == ("Rank", "Text", False, True)

    kept = installed(granted("A"), granted("A"))
    assert not one(granted("A", "B"), {}, kept).changes
    assert one(granted("A", "B"), {}, kept, Rules(take=("PermissionSet:O*",))).changes


def test_a_field_that_we_no_longer_ship_stays() -> None:
    found = one({}, field(), installed(field(), field()))

    assert {each.verdict for each in found.findings} == {Verdict.RETIRED}
    assert not found.changes


@given(st.sets(st.sampled_from("ABC"), min_size=1))
def test_pieces_put_together_are_what_was_taken_apart(names: set[str]) -> None:
    made = granted(*sorted(names)) | field()

    again = taken_apart({file.path: file.content for file in put_together(made, {})})

    assert {name: {key: each.mark for key, each in one.pieces.items()} for name, one in again.items()} == {
        name: {key: each.mark for key, each in one.pieces.items()} for name, one in made.items()
    }


def test_the_order_of_elements_and_white_space_make_no_difference() -> None:
    plain = b"<R xmlns='http://soap.sforce.com/2006/04/metadata'><a>1</a><b>2</b></R>"
    other = b"<R xmlns='http://soap.sforce.com/2006/04/metadata'>\n  <b>2</b>\n <a> 1 </a></R>"
    third = plain.replace(b"2", b"3")

    marks = [taken_apart({"tabs/T.tab": body})["CustomTab", "T"].pieces[""].mark for body in (plain, other, third)]

    assert marks[0] == marks[1] != marks[2]


def test_a_record_is_read_as_it_was_written() -> None:
    record = Record(
        "1.2", "66.0", {NAME: {"label": Marks("a", "a"), "type": Marks("b", "?"), "x": Marks("", "c")}}, frozenset("F")
    )

    assert read({file.path: file.content for file in files(record)}) == record


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"not json", "has been changed and can't be read"),
        (b'{"format":2,"version":"9.0"}', "by a newer Success Vector"),
    ],
)
def test_a_record_that_can_not_be_read_is_told(body: bytes, words: str) -> None:
    path = next(file.path for file in files(Record("1", "66.0")))

    with pytest.raises(UserError, match=words):
        read({path: body})


@pytest.mark.parametrize(
    ("one_version", "other", "is_newer"),
    [("1.10.0", "1.9.9", True), ("1.9", "1.9.0", False), ("0.1.0", "0.1.0.dev1", False), ("2", "10", False)],
)
def test_versions_are_compared_as_numbers(one_version: str, other: str, is_newer: bool) -> None:
    assert newer(one_version, other) is is_newer
    assert not newer(one_version, one_version)
