"""The fault panel: a page that shows calls and faults and lets one switch faults on and off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faulty.plan import LONGEST, MEANING, NOTIFICATIONS, FaultPlan, FaultRule, read_plan
from connectors.salesforce.local_org.rest.context import here
from plugin.errors import UserError

ADDRESS = "/__local__/"
blueprint = Blueprint("panel", __name__, url_prefix="/__local__", template_folder="templates")


@blueprint.get("/")
def show() -> str:
    """Show the fault panel, a page for people: calls, faults, outbound messages, and switches for faults."""
    return _page()


@blueprint.post("/")
def act() -> Response | tuple[str, int]:
    """Do what a button of the fault panel says: switch a rule, remove it, add one, or remove all."""
    if _from_elsewhere():
        raise OrgError("INSUFFICIENT_ACCESS", "the fault panel takes no orders from another site's pages")
    action = next((name for name in ACTIONS if name in request.form), None)
    if action is None:
        raise OrgError("INVALID_INPUT", f"one of {', '.join(ACTIONS)} is expected")
    try:
        ACTIONS[action](request.form)
    except UserError as error:
        return _page(str(error), request.form), 400
    return redirect(ADDRESS, 303)


def _page(problem: str = "", given: Mapping[str, str] | None = None) -> str:
    at = here()
    return render_template(
        "fault_panel.html", told=at.faults.draws.told(), by_kind=at.calls.by_kind(), used=at.calls.used,
        limit=at.calls.limit, outbound=automation().sender.report(), meaning=MEANING, silent=NOTIFICATIONS,
        longest=LONGEST, problem=problem, given=given or {},
    )  # fmt: skip


def _from_elsewhere() -> bool:
    """Whether a browser sends this on behalf of another site's page."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _switch(form: Mapping[str, str]) -> None:
    faults = here().faults
    place = _place(form["switch"], faults.plan)
    rules = list(faults.plan.rules)
    rules[place] = rules[place].model_copy(update={"on": not rules[place].on})
    faults.switch(faults.plan.model_copy(update={"rules": tuple(rules)}))


def _remove(form: Mapping[str, str]) -> None:
    plan = here().faults.plan
    place = _place(form["remove"], plan)
    here().faults.follow(plan.model_copy(update={"rules": plan.rules[:place] + plan.rules[place + 1 :]}))


def _add(form: Mapping[str, str]) -> None:
    given = {name: form[name].strip() for name in FaultRule.model_fields if form.get(name, "").strip()}
    plan = here().faults.plan
    seed = form.get("seed", "").strip() or plan.seed
    here().faults.follow(read_plan({"seed": seed, "rules": [*(each.model_dump() for each in plan.rules), given]}))


def _clear(_: Mapping[str, str]) -> None:
    here().faults.follow(FaultPlan(seed=here().faults.plan.seed))


def _place(given: str, plan: FaultPlan) -> int:
    if not (given.isascii() and given.isdigit() and int(given) < len(plan.rules)):
        raise UserError("That rule is gone. Look at the page again.")
    return int(given)


ACTIONS: Mapping[str, Callable[[Mapping[str, str]], None]] = {
    "switch": _switch,
    "remove": _remove,
    "add": _add,
    "clear": _clear,
}
