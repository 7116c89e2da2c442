"""Which systems a command is for, and what it does when one of several fails."""

from __future__ import annotations

import pytest

from plugin.bootstrap import Configured, systems_of
from plugin.cli.systems import chosen, each, the_one
from plugin.errors import Unreachable, UserError
from plugin.settings import Settings


@pytest.fixture
def both() -> dict[str, Configured]:
    [alone] = systems_of(Settings(_env_file=None)).values()  # type: ignore[call-arg]
    return {name: Configured(name, alone.settings, alone.mapping) for name in ("salesforce", "chapter")}


def test_all_are_meant_unless_one_is_named(both: dict[str, Configured]):
    assert chosen(both, None) == ["salesforce", "chapter"]
    assert chosen(both, "chapter") == ["chapter"]


def test_an_unknown_name_is_answered_with_the_nearest(both: dict[str, Configured]):
    with pytest.raises(UserError, match="no system 'chaptre': use chapter"):
        chosen(both, "chaptre")


def test_a_command_for_one_org_asks_which(both: dict[str, Configured]):
    with pytest.raises(UserError, match="--system salesforce or --system chapter"):
        the_one(both, None)
    assert the_one(both, "chapter").name == "chapter"


def test_the_others_are_done_where_one_fails_and_it_is_said(capsys: pytest.CaptureFixture[str]):
    done: list[str] = []

    def act(name: str) -> None:
        if name == "salesforce":
            raise Unreachable("it is down")
        done.append(name)

    with pytest.raises(UserError, match=r"salesforce failed, as said above. chapter went well"):
        each(["salesforce", "chapter"], act)
    assert done == ["chapter"]
    assert "salesforce: it is down" in capsys.readouterr().err


def test_a_system_that_is_alone_fails_in_its_own_words():
    def act(_: str) -> None:
        raise Unreachable("it is down")

    with pytest.raises(Unreachable, match="it is down"):
        each(["salesforce"], act)
