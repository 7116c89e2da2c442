"""The Metadata REST API: start, poll, tell."""

import pytest
from fake_org import FakeOrg, result

from connectors.salesforce.install import notify, source, zip
from connectors.salesforce.install.deploy import MOST_SECONDS, Progress, deploy
from plugin.errors import Problems, RetryLater, UserError

GENERATED = notify.files([notify.Notice("Account", ("Name",))], "u", "n", "66.0")
ARCHIVE = zip.pack((*zip.files(source.read()), *GENERATED), "66.0")


def failure(type_name: str, name: str, file: str, problem: str, **more: object) -> dict[str, object]:
    return {"componentType": type_name, "fullName": name, "fileName": file, "problem": problem, **more}


def test_progress_is_told_until_it_is_done() -> None:
    org = FakeOrg()
    org.results = [
        result(done=False, numberComponentsTotal=10, numberComponentsDeployed=n, numberComponentErrors=0)
        for n in (0, 4)
    ] + [result(numberComponentsTotal=10, numberComponentsDeployed=10)]
    seen: list[Progress] = []
    waits: list[float] = []

    deploy(org, ARCHIVE, progress=seen.append, wait=waits.append)

    assert [(one.done, one.total) for one in seen] == [(0, 10), (4, 10), (10, 10)]
    assert len(waits) == 2


@pytest.mark.parametrize("check_only", [False, True])
def test_a_deployment_is_all_or_nothing_and_says_whether_it_only_checks(check_only: bool) -> None:
    org = FakeOrg()
    org.results = [result()]

    deploy(org, ARCHIVE, check_only=check_only)

    assert org.options["checkOnly"] is check_only
    assert org.options["rollbackOnError"] is True
    assert org.deployed["package.xml"].startswith(b"<?xml")


def test_what_became_of_each_component_is_told() -> None:
    org = FakeOrg()
    rows = [
        {"componentType": "Flow", "fullName": "A", "created": True, "changed": True},
        {"componentType": "Flow", "fullName": "B", "created": False, "changed": True},
        {"componentType": "Flow", "fullName": "C", "created": False, "changed": False},
        {"componentType": "", "fullName": "package.xml", "created": False, "changed": True},
    ]
    org.results = [result(details={"componentSuccesses": rows})]

    done = deploy(org, ARCHIVE)

    assert (done.created, done.changed, done.unchanged) == ((("Flow", "A"),), (("Flow", "B"),), (("Flow", "C"),))


def test_every_refused_component_is_told_by_its_source_file() -> None:
    org = FakeOrg()
    rows = [
        failure("CustomField", "Account.Is_Member__c", "objects/Account.object", "Bad default"),
        failure("Flow", "Success_Vector_Notify_Account_Created", "flows/x.flow", "No such message."),
        failure("", "Account", "objects/Account.object", "Strange"),
        failure("Layout", "Odd", "layouts/Odd.layout", "Odd thing"),
        failure("CustomField", "Account.Next_Step__c", "objects/Account.object", "Fine", problemType="Warning"),
    ]
    org.results = [result(success=False, details={"componentFailures": rows})]

    with pytest.raises(Problems) as error:
        deploy(org, ARCHIVE)

    told = str(error.value)
    assert "refuses 4 components, so nothing was changed" in told
    assert "objects/Account/fields/Is_Member__c.field-meta.xml: CustomField Account.Is_Member__c: Bad default." in told
    assert "(generated) flows/Success_Vector_Notify_Account_Created.flow: Flow" in told
    assert "layouts/Odd.layout: Layout Odd: Odd thing." in told


@pytest.mark.parametrize(
    ("type_name", "problem", "words"),
    [
        ("Dashboard", "You have reached the limit of dynamic dashboards", "run as whoever looks"),
        ("CustomField", "The maximum number of custom fields is reached", "remove what nobody uses"),
        ("CustomField", "Cannot change field type from Number to Text", "rename or remove it"),
        ("CustomField", "This field is referenced elsewhere in the org", "Take apart in Setup"),
        ("CustomField", "Bad default", "Put that file right"),
    ],
)
def test_the_next_step_fits_the_reason(type_name: str, problem: str, words: str) -> None:
    org = FakeOrg()
    org.results = [
        result(success=False, details={"componentFailures": [failure(type_name, "Any", "x/Any.x", problem)]})
    ]

    with pytest.raises(Problems) as error:
        deploy(org, ARCHIVE)

    assert words in error.value.problems[0].fix


def test_a_deployment_that_fails_without_a_component_says_why() -> None:
    org = FakeOrg()
    org.results = [result(success=False, errorMessage="UNKNOWN_EXCEPTION: out of luck.")]

    with pytest.raises(UserError, match="0AfA failed and nothing was changed: UNKNOWN_EXCEPTION: out of luck"):
        deploy(org, ARCHIVE)


def test_a_deployment_that_never_ends_is_given_up_with_a_next_step() -> None:
    org = FakeOrg()
    org.results = [result(done=False)]
    waited: list[float] = []

    with pytest.raises(RetryLater, match="Look at Setup, Deployment Status"):
        deploy(org, ARCHIVE, wait=waited.append)
    assert MOST_SECONDS < sum(waited) < MOST_SECONDS + 60
