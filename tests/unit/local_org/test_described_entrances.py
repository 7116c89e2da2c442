"""Schemathesis feeds every entrance of the server, JSON and XML alike, with what its description allows and forbids.

Nothing may break or tell of its inside, and every answer has a status and a form that its API has.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_dict
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.openapi import description, entrances, written
from tests.unit.local_org.openapi_sample import Sample

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
TAMED = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@pytest.fixture(scope="module")
def described(one_org: LocalOrg) -> BaseSchema:
    """The org's entrances, with a little of everything behind them."""
    sample = Sample(one_org)
    schema = from_dict(description(sample.ids, sample.bodies()))
    schema.app = one_org.app
    return schema


@pytest.mark.parametrize(("method", "path"), entrances())
def test_an_entrance_answers_in_the_form_of_its_api(
    one_org: LocalOrg, described: BaseSchema, method: str, path: str
) -> None:
    operation = described[written(path)][method]
    allowed, forbidden = map(operation.as_strategy, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))
    # SOAP tells every refusal with the status 500.
    checks = CHECKS if "/Soap/" in path else [*CHECKS, not_a_server_error]

    @TAMED
    @given(case=allowed | forbidden)
    def feed(case: Case) -> None:
        token = one_org.admin_token()
        response = case.call(headers={"Authorization": f"Bearer {token}", "X-SFDC-Session": token})
        assert b"Traceback" not in response.content
        case.validate_response(response, checks=checks)

    feed()
