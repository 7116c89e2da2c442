"""Faults of the SOAP API mean what those of the REST API mean."""

from __future__ import annotations

import pytest

from connectors.salesforce.failures import Fault, Refused, call_error, faults_in
from plugin.errors import LimitReached, OutcomeUnknown


def envelope(code: str, words: str) -> str:
    """Return a fault as Salesforce sends it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="http://soap.sforce.com/2006/04/metadata">'
        f"<soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{words}</faultstring>"
        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )


def test_the_code_and_the_words_are_read() -> None:
    said = envelope("INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS: use of the Metadata API requires &quot;rights&quot;")

    assert faults_in(said) == (Fault("INSUFFICIENT_ACCESS", 'use of the Metadata API requires "rights"'),)


@pytest.mark.parametrize("body", ["<html><body>502 Bad Gateway</body></html>", "", "<faultcode>x</faultcode>"])
def test_what_is_no_fault_of_salesforces_is_none(body: str) -> None:
    assert faults_in(body) == ()
    assert isinstance(call_error(faults_in(body), 502, "POST /services/Soap/m/66.0", writing=True), OutcomeUnknown)


@pytest.mark.parametrize(("code", "kind"), [("REQUEST_LIMIT_EXCEEDED", LimitReached), ("INSUFFICIENT_ACCESS", Refused)])
def test_a_fault_has_the_same_next_step_as_over_rest(code: str, kind: type[Exception]) -> None:
    error = call_error(faults_in(envelope(code, "Words")), 500, "POST /services/Soap/m/66.0", writing=False)

    assert isinstance(error, kind)
