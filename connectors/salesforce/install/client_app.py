"""The External Client App through which the service signs in: deployed for one org, or the steps to make it by hand.

Five components make one; a certificate in the global OAuth settings is what lets it take JWTs. Salesforce makes key and
secret: neither is ever in a file of ours.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from defusedxml.ElementTree import fromstring

from connectors.salesforce.install.activate import INTEGRATION
from connectors.salesforce.install.deploy import deploy
from connectors.salesforce.install.metadata import Child, ComponentName, File, element, tag, text_of
from connectors.salesforce.install.org import Http
from connectors.salesforce.install.removal import Wait
from connectors.salesforce.install.retrieve import retrieve
from connectors.salesforce.install.zip import pack
from plugin.errors import UserError

NAME = "Success_Vector"
CALLBACK = "https://login.salesforce.com/services/oauth2/success"
SCOPES = "Api,RefreshToken"
"""The second one is never used, and without it Salesforce refuses users who are admitted beforehand."""

_GLOBAL: ComponentName = ("ExtlClntAppGlobalOauthSettings", f"{NAME}_Global")


@dataclass(frozen=True)
class Wanted:
    """What an app is made of: the certificate (PEM) of the service's key, and whom Salesforce may write to."""

    certificate: str
    email: str


def certificate_in(text: str, shown: str) -> str:
    """Return the certificate in a file's text. Raises UserError, naming the file as `shown`, for anything else."""
    if "PRIVATE KEY" in text:
        raise UserError(
            f"{shown} holds a private key, which must stay on this machine. Give the certificate (.crt) instead."
        )
    try:
        key = x509.load_pem_x509_certificate(text.encode()).public_key()
    except ValueError as error:
        raise UserError(
            f"{shown} is no certificate in PEM form. Make one with the openssl line in docs/salesforce.md."
        ) from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise UserError(f"{shown} is not of an RSA key, and Salesforce takes no other. Make key and certificate anew.")
    return text.strip()


def consumer_key(http: Http, *, wait: Wait = time.sleep) -> str | None:
    """Return the consumer key of our app: empty where the org has the app and doesn't show it, None without the app."""
    files = retrieve(http, [("ExternalClientApplication", NAME), _GLOBAL], http.version, wait)
    if not files:
        return None
    roots: list[Element] = [fromstring(body) for body in files.values()]
    return next((found for root in roots if (found := root.findtext(tag("consumerKey")))), "")


def create(http: Http, wanted: Wanted, *, check_only: bool = False, wait: Wait = time.sleep) -> str:
    """Deploy the app and return its consumer key, empty where the org doesn't show it.

    An app that is there already is left as it is. Raises Problems where Salesforce refuses it.
    """
    there = consumer_key(http, wait=wait)
    if there is not None:
        return there
    deploy(http, pack(files(wanted), http.version), check_only=check_only, wait=wait)
    return "" if check_only else consumer_key(http, wait=wait) or ""


def files(wanted: Wanted) -> tuple[File, ...]:
    """Return the app as files of a deployment: only users with our integration permission set may sign in by it."""
    of_app: Child = ("externalClientApplication", NAME)
    parts: list[tuple[str, str, ComponentName, list[Child]]] = [
        (
            "externalClientApps", "eca", ("ExternalClientApplication", NAME),
            [
                ("contactEmail", wanted.email),
                ("description", "Success Vector's service signs in through this app, as its integration user."),
                ("distributionState", "Local"), ("isProtected", False), ("label", "Success Vector"),
            ],
        ),
        (
            "extlClntAppOauthSettings", "ecaOauth", ("ExtlClntAppOauthSettings", f"{NAME}_OAuth"),
            [("commaSeparatedOauthScopes", SCOPES), of_app, ("label", "Success Vector: OAuth")],
        ),
        (
            "extlClntAppGlobalOauthSets", "ecaGlblOauth", _GLOBAL,
            [
                ("callbackUrl", CALLBACK), ("certificate", wanted.certificate), of_app,
                ("isConsumerSecretOptional", False), ("isIntrospectAllTokens", False), ("isPkceRequired", True),
                ("isSecretRequiredForRefreshToken", True), ("label", "Success Vector: global OAuth"),
                ("shouldRotateConsumerKey", False), ("shouldRotateConsumerSecret", False),
            ],
        ),
        (
            "extlClntAppOauthPolicies", "ecaOauthPlcy",
            ("ExtlClntAppOauthConfigurablePolicies", f"{NAME}_OAuth_Policies"),
            [
                ("commaSeparatedPermissionSet", INTEGRATION), of_app, ("ipRelaxationPolicyType", "Enforce"),
                ("label", "Success Vector: OAuth policies"), ("permittedUsersPolicyType", "AdminApprovedPreAuthorized"),
                ("refreshTokenPolicyType", "Zero"),
            ],
        ),
        (
            "extlClntAppPolicies", "ecaPlcy", ("ExtlClntAppConfigurablePolicies", f"{NAME}_Policies"),
            [of_app, ("isEnabled", True), ("isOauthPluginEnabled", True), ("label", "Success Vector: policies")],
        ),
    ]  # fmt: skip
    return tuple(_file(folder, suffix, name, content) for folder, suffix, name, content in parts)


def _file(folder: str, suffix: str, name: ComponentName, content: list[Child]) -> File:
    path = f"{folder}/{name[1]}.{suffix}"
    return File(path, text_of(element(name[0], content)), {name: f"(generated) {path}"})


def steps(url: str, username: str, certificate: str) -> tuple[str, ...]:
    """Return what to do in Setup to make the app by hand, with what belongs to this org filled in."""
    return (
        f"In {url}: Setup, External Client App Manager, New External Client App. Name: Success Vector. Contact e-mail: "
        "one that you read. Distribution state: Local.",
        f"API (Enable OAuth Settings): tick Enable OAuth. Callback URL: {CALLBACK}. Scopes: Manage user data via APIs "
        "(api), and Perform requests at any time (refresh_token, offline_access).",
        f"Flow Enablement: tick Enable JWT Bearer Flow and upload the certificate {certificate}. Create.",
        "Policies, Edit: set Permitted Users to Admin approved users are pre-authorized. App Policies, Select "
        f"Permission Sets: add Success Vector Integration, which {username} has. Save.",
        "Settings, OAuth Settings, Consumer Key and Secret: copy the consumer key into "
        "SUCCESS_VECTOR_SALESFORCE_CLIENT_ID. The secret is not needed.",
        f"Keep SUCCESS_VECTOR_SALESFORCE_URL={url} and SUCCESS_VECTOR_SALESFORCE_USERNAME={username}, point "
        "SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE to the key of that certificate, and run `success-vector check`. A "
        "new app may need ten minutes until it answers.",
    )
