"""`success-vector plans`, as somebody types it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from plugin.cli.plans import plans
from plugin.errors import UserError
from plugin.plans.load import shipped


def test_every_shipped_template_is_listed() -> None:
    done = CliRunner().invoke(plans, ["list"], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert all(name in done.output for name in shipped())


@pytest.mark.parametrize("options", [[], ["--member", "Somebody", "--all-without"]])
def test_whom_a_plan_is_for_is_said_in_one_way(options: list[str]) -> None:
    done = CliRunner().invoke(plans, ["apply", "supplier", *options])
    assert isinstance(done.exception, UserError)
    assert "--member NAME, or --all-without" in str(done.exception)


def test_an_unknown_template_is_refused_before_anything_is_opened() -> None:
    done = CliRunner().invoke(plans, ["apply", "supplyer", "--all-without"])
    assert isinstance(done.exception, UserError)
    assert "Use supplier" in str(done.exception)
