"""What a mapping file may say, and how it is told what is wrong."""

import pytest

from mappings.load import load
from mappings.model import Deletes, Direction, Duplicates, Orphans, Policy
from plugin.errors import Problems, UserError

OUTCOME = """
[[source]]
entity = "desired_outcome"
object = "Goal__c"
[source.fields]
{fields}
[source.references]
member = {{ Account__c = "Account" }}
"""


def outcome(fields, more=""):
    return OUTCOME.format(fields=fields) + more


def problems(loaded, text, **options):
    with pytest.raises(Problems) as caught:
        loaded(text, **options)
    return [str(problem) for problem in caught.value.problems]


def test_a_plain_line_is_read_and_written_and_follows_the_policy_of_the_file(loaded):
    mapping = loaded(outcome('due_on = "Due__c"'))
    line = mapping.source("Goal__c").fields["due_on"]
    assert (line.theirs, line.direction, line.policy) == ("Due__c", Direction.BOTH, Policy.LATEST)
    assert mapping.source("Goal__c").orphans is Orphans.PARK


def test_a_source_says_direction_and_policy_for_all_its_lines_and_a_line_for_itself(loaded):
    mapping = loaded(
        """
[[source]]
entity = "desired_outcome"
object = "Goal__c"
direction = "in"
policy = "theirs"
[source.fields]
due_on = "Due__c"
objective = { field = "Objective__c", direction = "both", policy = "review" }
[source.references]
member = { Account__c = "Account" }
"""
    )
    source = mapping.source("Goal__c")
    assert (source.fields["due_on"].direction, source.fields["due_on"].policy) == (Direction.IN, Policy.THEIRS)
    assert (source.fields["objective"].direction, source.fields["objective"].policy) == (Direction.BOTH, Policy.REVIEW)
    assert set(source.shared) == {"objective"}
    assert source.read_fields == ("Due__c", "Objective__c", "Account__c")


def test_calculated_fields_are_only_written_even_where_the_source_is_read_only(loaded):
    head = """
system = "salesforce"
[[source]]
entity = "member"
object = "Account"
direction = "in"
[source.fields]
name = "Name"
score = "Score__c"
"""
    source = loaded("", head=head).source("Account")
    assert (source.fields["score"].direction, source.fields["score"].policy) == (Direction.OUT, Policy.OURS)
    assert set(source.calculated) == {"score"} == set(source.outbound)
    assert source.read_fields == ("Name",)


def test_our_namespace_goes_to_custom_names_that_carry_none(loaded):
    head = """
system = "salesforce"
namespace = "sv"
[[source]]
entity = "member"
object = "Account"
external_id = "Id__c"
where = [{ field = "Owner__r.Is_Member__c", is = true }, { field = "npsp__Deceased__c", is_not = true }]
[source.fields]
name = "Name"
joined_on = "c__Since__c"
score = "Score__c"
"""
    source = loaded("", head=head).source("Account")
    assert {line.theirs for line in source.fields.values()} == {"Name", "Since__c", "sv__Score__c"}
    assert source.external_id == "sv__Id__c"
    assert [one.field for one in source.where] == ["sv__Owner__r.sv__Is_Member__c", "npsp__Deceased__c"]


def test_a_mapping_that_extends_another_says_only_what_differs(loaded):
    text = """
extends = "salesforce"
without = ["Contact"]
[[source]]
object = "Account"
omit = ["ended_on"]
[source.fields]
joined_on = { field = "Joined__c", direction = "in" }
"""
    mapping = loaded(text, head="")
    source = mapping.source("Account")
    assert source.fields["joined_on"].theirs == "Joined__c"
    assert "ended_on" not in source.fields
    assert source.fields["score"].theirs == "Success_Score__c"
    assert source.where
    assert "Contact" not in mapping.objects
    assert mapping.source("Task").references["member"] == {"AccountId": "Account"}


def test_like_copies_another_source_and_keeps_what_it_says_itself(loaded):
    mapping = loaded(
        """
[[source]]
entity = "engagement"
object = "Task"
direction = "in"
orphans = "ignore"
[source.fields]
subject = "Subject"
[source.references]
member = { AccountId = "Account" }
[[source]]
object = "Event"
like = "Task"
[source.fields]
happened_on = "ActivityDate"
"""
    )
    event = mapping.source("Event")
    assert (event.entity, event.direction, event.orphans) == ("engagement", Direction.IN, Orphans.IGNORE)
    assert set(event.fields) == {"subject", "happened_on"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('due = "Due__c"', "fields.due: desired_outcome has no field 'due'. Use due_on."),
        ('due_on = { field = "D__c", direction = "inn" }', "fields.due_on.direction: 'inn' isn't known. Use in."),
        ('due_on = { field = "D__c", policy = "lastest" }', "fields.due_on.policy: 'lastest' isn't known. Use latest."),
        ('due_on = { feild = "D__c" }', "there is no key 'feild'. Use field."),
        ('due_on = { field = "D__c", transform = "date" }', "there is no transform 'date'. Use date_of."),
        ('due_on = { field = "D__c", transform = "date_of" }', "can't be undone"),
        ('due_on = { field = "D__c", transform = "percent" }', "percent doesn't make a date. Use date_of, or none."),
        ('due_on = { field = "D__c", values = { a = "b" } }', "due_on isn't a choice"),
        ('due_on = "D__c"\nstarts_on = "D__c"', "fields.starts_on: D__c is written by fields.due_on already"),
        ('due_on = "Account__c"', "references.member: Account__c is written by fields.due_on already"),
        ('member = "Account__c"', "member names another record"),
    ],
)
def test_a_wrong_line_is_named_with_its_place_and_the_nearest_right_name(loaded, fields, words):
    found = problems(loaded, outcome(fields))
    assert any(words in problem for problem in found), found
    assert all(problem.startswith('source 2 "desired_outcome": ') for problem in found)


KINDS = 'kind = { field = "Kind__c", values = %s }'
REQUIREMENT = """
[[source]]
entity = "requirement"
object = "Need__c"
[source.fields]
%s
[source.references]
desired_outcome = { Goal__c = "Goal__c" }
"""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ('{ condition = "Condition" }', "experience would have no value over there"),
        ('{ condition = "C", experience = "E", wish = "W" }', "'wish' is no choice of kind"),
        ('{ condition = "Same", experience = "same " }', "same stands for two of our choices"),
        ('{ condition = ["C", "K"], experience = "E" }', "a list says what is read"),
        ('{ condition = "", experience = "E" }', "a value is empty"),
    ],
)
def test_a_value_map_covers_the_choices_invents_none_and_inverts(loaded, values, words):
    found = problems(loaded, outcome('due_on = "D__c"') + REQUIREMENT % (KINDS % values))
    assert any(words in problem for problem in found), found


def test_what_is_only_read_may_have_many_spellings(loaded):
    line = 'kind = { field = "Kind__c", direction = "in", values = { condition = ["C", "K"] } }'
    source = loaded(outcome('due_on = "D__c"') + REQUIREMENT % line).source("Need__c")
    assert source.to_canonical({"Kind__c": "k"}).fields == {"kind": "condition"}
    assert source.fields["kind"].to_theirs("condition") == "C"
    assert source.fields["kind"].to_theirs("experience") == "experience"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            outcome("").replace('"desired_outcome"', '"desired_outcom"'),
            "there is no entity 'desired_outcom'. Use desired_o",
        ),
        (outcome("").replace("entity", "entitty"), "there is no key 'entitty'. Use entity."),
        (outcome("").replace('"Account" }', '"Acount" }'), "no source has the object 'Acount'. Use Account."),
        (outcome("").replace('"Account" }', '"Goal__c" }'), "Goal__c holds desired_outcome, not member. Use Account"),
        (outcome("").replace("member = {", "membr = {"), "has no reference 'membr'. Use member."),
        (outcome("").replace('member = { Account__c = "Account" }', ""), "needs member, and nothing says who"),
        (outcome("", "[source.constants]\nclosed_reason = 5"), "5 can't be closed_reason"),
        (outcome("", '[source.constants]\nobjectve = "x"'), "Use objective."),
        (outcome('objective = "O__c"', '[source.constants]\nobjective = "x"'), "is a field of the source as well"),
        (
            outcome("").replace("[source.fields]", 'where = [{ field = "A", is = 1, in = [2] }]\n[source.fields]'),
            "exactly one",
        ),
        (outcome("") + outcome(""), "2 sources read it"),
        (REQUIREMENT.replace("%s", "") + outcome(""), "needs kind, and no field holds it"),
        ('[[source]]\nobject = "X"\nlike = "Acount"', "no other source has the object 'Acount'"),
        ('[[source]]\nobject = "X"', "it names no entity"),
        ('[[source]]\nentity = "member"', "it is missing"),
    ],
)
def test_a_wrong_source_is_named_with_the_nearest_right_name(loaded, text, words):
    found = problems(loaded, text)
    assert any(words in problem for problem in found), found


@pytest.mark.parametrize("line", ['direction = "in"', 'direction = "both"', 'policy = "theirs"'])
def test_a_result_of_ours_is_never_read(loaded, line):
    head = f"""
system = "salesforce"
[[source]]
entity = "member"
object = "Account"
[source.fields]
name = "Name"
score = {{ field = "Score__c", {line} }}
"""
    assert "score is calculated here" in problems(loaded, "", head=head)[0]


@pytest.mark.parametrize(
    "field", ["AnnualRevenue", "Dues_Tier__c", "npo02__TotalOppAmount__c", "ARR__c", "FeesPaid__c"]
)
def test_no_segment_comes_from_what_a_member_pays(loaded, field):
    text = f"""
[[source]]
entity = "coverage_segment"
object = "Segment__c"
[source.fields]
name = "{field}"
"""
    assert "What a member pays decides neither segment nor score" in problems(loaded, text)[0]
    head = f"""
system = "salesforce"
[[source]]
entity = "coverage_segment"
object = "Segment__c"
[source.fields]
name = "Name"
[[source]]
entity = "member"
object = "Account"
[source.fields]
name = "Name"
[source.references]
coverage_segment = {{ {field} = "Segment__c" }}
"""
    assert "references.coverage_segment: " + field in problems(loaded, "", head=head)[0]


def test_words_that_only_look_like_money_are_no_money(loaded):
    text = """
[[source]]
entity = "coverage_segment"
object = "Segment__c"
[source.fields]
name = "Paying_Attention__c"
model = "BillingCountry"
hours_per_member_month = "Larry_Hours__c"
"""
    assert loaded(text).source("Segment__c")


def test_everything_that_is_wrong_is_told_at_once(loaded):
    text = outcome('due = "D__c"\nobjectiv = "O__c"\ntemplate = { field = "T__c", transform = "uper" }')
    assert len(problems(loaded, text)) == 3


def test_a_mapping_without_members_or_system_is_refused(loaded):
    found = problems(loaded, "", head='policy = "theirs"')
    assert [problem.split(":")[0] for problem in found] == ["system", "source"]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ('extends = "salesfrce"', "Extend salesforce."),
        ('extends = "salesforce"\nwithout = ["Contacts"]', "Use Contact."),
    ],
)
def test_what_cannot_be_extended_is_named(loaded, head, words):
    assert words in problems(loaded, "", head=head)[0]


def test_a_file_that_is_not_there_or_no_toml_is_told_so(loaded, tmp_path):
    with pytest.raises(UserError, match="Shipped ones are npsp, salesforce"):
        load(tmp_path / "none.toml")
    with pytest.raises(UserError, match="isn't TOML"):
        loaded("[[source")


def test_parents_come_before_children_whatever_the_order_of_the_file(loaded):
    mapping = loaded(REQUIREMENT % 'kind = "Kind__c"' + outcome('due_on = "D__c"'))
    assert mapping.objects == ("Account", "Goal__c", "Need__c")


SAYS = """
[[source]]
entity = "desired_outcome"
object = "Goal__c"
{says}
[source.fields]
objective = "Objective__c"
due_on = "Due__c"
[source.references]
member = {{ Account__c = "Account" }}
"""


def test_nothing_is_deleted_or_taken_for_a_duplicate_unless_the_mapping_says_so(loaded):
    source = loaded(SAYS.format(says="")).source("Goal__c")
    assert (source.deletes, source.duplicates) == (Deletes.KEEP, Duplicates.REFUSE)
    said = 'external_id = "Own__c"\nmatch = ["due_on"]\ndeletes = "push"\nduplicates = "link"'
    source = loaded(SAYS.format(says=said)).source("Goal__c")
    assert (source.deletes, source.duplicates) == (Deletes.PUSH, Duplicates.LINK)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ('direction = "in"\ndeletes = "push"', "nothing is deleted there"),
        ('duplicates = "allow"', "no record is created there"),
        ('external_id = "Own__c"\nduplicates = "link"', "nothing proves that two records are the same"),
    ],
)
def test_what_is_said_about_writing_has_something_to_act_on(loaded, says, told):
    assert any(told in one for one in problems(loaded, SAYS.format(says=says)))
