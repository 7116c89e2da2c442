"""/services/Soap/m and /services/Soap/u: one address a version, the method in the message."""

from __future__ import annotations

from flask import Blueprint, Response, request

from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.metadata.tree import NAMESPACE
from connectors.salesforce.local_org.rest.context import SESSION, here, signed_in
from connectors.salesforce.local_org.soap import envelope, partner
from connectors.salesforce.local_org.soap.methods import METHODS

blueprint = Blueprint("soap", __name__)


@blueprint.post("/services/Soap/m/<_version>", strict_slashes=False)
@blueprint.post("/services/Soap/m/<_version>/<path:_rest>")
def serve(_version: str, _rest: str = "") -> Response:
    """Serve a call of the Metadata API; what follows the version in the address has no meaning."""
    call = envelope.read(request.get_data())
    _sign_in(call)
    if not here().org.access(signed_in().user_id).admin:
        raise OrgError("INSUFFICIENT_ACCESS", "use of the Metadata API requires a user with Modify Metadata permission")
    method = METHODS.get(call.method)
    if method is None:
        raise not_modelled(f"the Metadata API's SOAP method {call.method}")
    return _xml(envelope.answer(call.method, method(call.arguments), NAMESPACE), 200)


@blueprint.post("/services/Soap/u/<_version>", strict_slashes=False)
@blueprint.post("/services/Soap/u/<_version>/<path:_rest>")
def serve_partner(_version: str, _rest: str = "") -> Response:
    """Serve a call of the partner API: merge or undelete; what follows the version in the address has no meaning."""
    call = envelope.read(request.get_data())
    method = partner.METHODS.get(call.method)
    if method is None:
        raise not_modelled(f"the partner API's SOAP method {call.method}")
    _sign_in(call)
    return _xml(envelope.answer(call.method, method(call.arguments), partner.NAMESPACE), 200)


def _sign_in(call: envelope.Call) -> None:
    try:
        request.environ[SESSION] = here().sessions.of(call.session_id)
    except OrgError as error:
        words = "Invalid Session ID found in SessionHeader: Illegal Session"
        raise OrgError(error.code, words) from None


@blueprint.errorhandler(OrgError)
def refused(error: OrgError) -> Response:
    """Answer a refusal as a SOAP fault."""
    return _xml(envelope.fault(error), 500)


def _xml(content: bytes, status: int) -> Response:
    return Response(content, status, content_type="text/xml; charset=utf-8")
