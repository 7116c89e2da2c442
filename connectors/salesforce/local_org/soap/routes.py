"""/services/Soap/m: one address a version, the method in the message."""

from __future__ import annotations

from flask import Blueprint, Response, request

from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.rest.context import SESSION, here, signed_in
from connectors.salesforce.local_org.soap import envelope
from connectors.salesforce.local_org.soap.methods import METHODS

blueprint = Blueprint("soap", __name__)


@blueprint.post("/services/Soap/m/<_version>", strict_slashes=False)
@blueprint.post("/services/Soap/m/<_version>/<path:_rest>")
def serve(_version: str, _rest: str = "") -> Response:
    """Serve a call of the Metadata API; what follows the version in the address has no meaning."""
    call = envelope.read(request.get_data())
    try:
        request.environ[SESSION] = here().sessions.of(call.session_id)
    except OrgError as error:
        words = "Invalid Session ID found in SessionHeader: Illegal Session"
        raise OrgError(error.code, words) from None
    if not here().org.access(signed_in().user_id).admin:
        raise OrgError("INSUFFICIENT_ACCESS", "use of the Metadata API requires a user with Modify Metadata permission")
    method = METHODS.get(call.method)
    if method is None:
        raise not_modelled(f"the Metadata API's SOAP method {call.method}")
    return _xml(envelope.answer(call.method, method(call.arguments)), 200)


@blueprint.errorhandler(OrgError)
def refused(error: OrgError) -> Response:
    """Answer a refusal as a SOAP fault."""
    return _xml(envelope.fault(error), 500)


def _xml(content: bytes, status: int) -> Response:
    return Response(content, status, content_type="text/xml; charset=utf-8")
