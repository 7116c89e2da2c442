"""What the local org's entrances take in a body, as JSON schemas of what a client would send."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
DATA = "/services/data/v66.0"
TEXT: Schema = {"type": ["string", "null"], "maxLength": 20}
FLAG: Schema = {"type": "boolean"}
QUERIES = (
    "SELECT Id FROM Account", "SELECT Name, Owner.Name FROM Account WHERE Fee__c > 1 ORDER BY Name LIMIT 5",
    "SELECT Id, (SELECT Id FROM Contacts) FROM Account", "SELECT FIELDS(ALL) FROM Account LIMIT 200",
)  # fmt: skip


def one_of(*values: Any) -> Schema:
    """One of these values."""
    return {"enum": list(values)}


def some_of(schema: Schema) -> Schema:
    """A short list of such things."""
    return {"type": "array", "items": schema, "minItems": 1, "maxItems": 3}


def parts(*needed: str, **properties: Schema) -> Schema:
    """An object of these parts and no others, of which some are needed."""
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


RECORD: dict[str, Schema] = {
    "Name": TEXT, "Key__c": TEXT, "Loose__c": TEXT, "Tier__c": one_of("Gold", "Silver", None), "Active__c": FLAG,
    "Interests__c": one_of("a;b", "c"), "Fee__c": {"type": ["number", "null"]},
    "Since__c": {"type": "string", "format": "date"}, "Seen__c": {"type": "string", "format": "date-time"},
    "NumberOfEmployees": {"type": "integer"},
    "Parent": parts("Key__c", Key__c=one_of("k1", "none")), "BillingCity": TEXT,
}  # fmt: skip


class Bodies:
    """The bodies for an org in which there are records of these ids, a session, and an app of this id and secret."""

    def __init__(
        self, ids: list[str], session: str, client: tuple[str, str], refresh_token: str, assertion: str
    ) -> None:
        self.id = one_of(*ids)
        self.session = one_of(session)
        self.client = {"client_id": one_of(client[0]), "client_secret": one_of(client[1])}
        self.token = one_of(refresh_token)
        self.assertion = one_of(assertion)

    def envelope(self, *calls: str) -> Schema:
        """The SOAP envelope of one of these calls."""
        space = {"namespace": "http://schemas.xmlsoap.org/soap/envelope/", "prefix": "soapenv"}
        called = [parts(name, **{name: parts(ids=one_of("001", ""), asOfVersion=one_of("66.0"))}) for name in calls]
        header = parts("SessionHeader", SessionHeader=parts("sessionId", sessionId=self.session))
        whole = parts("Header", "Body", Header={**header, "xml": space}, Body={"anyOf": called, "xml": space})
        return {**whole, "xml": {"name": "Envelope", **space}}

    def record(self, *needed: str, **more: Schema) -> Schema:
        """One account, with what else is told of it."""
        return parts("Name", *needed, **RECORD, ParentId=self.id, OwnerId=self.id, **more)

    def collection(self, *needed: str) -> Schema:
        """A collection of accounts."""
        of_type = parts("type", type=one_of("Account"))
        return parts("records", records=some_of(self.record("attributes", *needed, attributes=of_type, Id=self.id)),
                     allOrNone=FLAG)  # fmt: skip

    def tree(self) -> Schema:
        """Accounts with contacts below them."""
        reference = {"type": "string", "pattern": "^[a-z]{1,4}$"}
        named = [
            parts("type", "referenceId", type=one_of(name), referenceId=reference) for name in ("Account", "Contact")
        ]
        contact = parts("attributes", "LastName", attributes=named[1], LastName=TEXT, FirstName=TEXT)
        below = parts("records", records=some_of(contact))
        return parts("records", records=some_of(self.record("attributes", attributes=named[0], Contacts=below)))

    def requests(self, *urls: str) -> Schema:
        """The requests of a composite or a graph, which refer to one another."""
        moment = one_of("Thu, 01 Jan 2015 00:00:00 GMT", "Thu, 01 Jan 2999 00:00:00 GMT")
        headers = parts(**{"If-Modified-Since": moment, "If-Unmodified-Since": moment})
        plain = parts("method", "url", "referenceId", method=one_of("GET", "POST", "PATCH"), url=one_of(*urls),
                      referenceId=one_of("b", "c", "d"), body=self.record(), httpHeaders=headers)  # fmt: skip
        first = parts("method", "url", "referenceId", "body", method=one_of("POST"), url=one_of(urls[0]),
                      referenceId=one_of("a"), body=self.record())  # fmt: skip
        return {"type": "array", "prefixItems": [first], "items": plain, "minItems": 1, "maxItems": 3}

    def by_json(self) -> dict[tuple[str, str], Schema]:
        """The JSON that an entrance takes, by its method and path."""
        account = f"{DATA}/sobjects/Account"
        nodes = self.requests(account, f"{account}/@{{a.id}}", f"{account}/Key__c/k")
        urls = (account, f"{account}/@{{a.id}}", f"{DATA}/query?q=SELECT+Name+FROM+Account+WHERE+Id='@{{a.id}}'",
                f"{DATA}/composite/sobjects", f"{DATA}/limits")  # fmt: skip
        url = one_of("v66.0/sobjects/Account", "v66.0/limits", "v66.0/query?q=SELECT+Id+FROM+Account")
        one = parts("method", "url", method=one_of("GET", "POST"), url=url, richInput=self.record())
        composite = {"compositeRequest": self.requests(*urls), "allOrNone": FLAG, "collateSubrequests": FLAG}
        return {
            ("POST", "/vNN.0/sobjects/NAME"): self.record(),
            ("PATCH", "/vNN.0/sobjects/NAME/RECORD_ID"): self.record(),
            ("PATCH", "/vNN.0/sobjects/NAME/FIELD/VALUE"): self.record(),
            ("POST", "/vNN.0/composite"): parts("compositeRequest", **composite),
            ("POST", "/vNN.0/composite/batch"): parts("batchRequests", batchRequests=some_of(one), haltOnError=FLAG),
            ("POST", "/vNN.0/composite/graph"):
                parts("graphs", graphs={**some_of(parts("graphId", "compositeRequest", graphId=one_of("g1", "g2", "g3"),
                                                        compositeRequest=nodes)), "maxItems": 2}),
            ("POST", "/vNN.0/composite/tree/NAME"): self.tree(),
            ("POST", "/vNN.0/composite/sobjects"): self.collection(),
            ("PATCH", "/vNN.0/composite/sobjects"): self.collection("Id"),
            ("PATCH", "/vNN.0/composite/sobjects/NAME/FIELD"): self.collection("Key__c"),
            ("POST", "/vNN.0/composite/sobjects/NAME"):
                parts("ids", "fields", ids=some_of(self.id), fields=some_of(one_of("Id", "Name", "Key__c"))),
            **_jobs(),
            **_own(),
        }  # fmt: skip

    def by_form(self) -> dict[tuple[str, str], Schema]:
        """The form that an entrance takes, by its method and path."""
        jwt = one_of("urn:ietf:params:oauth:grant-type:jwt-bearer")
        grants = (
            parts("grant_type", "assertion", grant_type=jwt, assertion=self.assertion),
            parts("grant_type", *self.client, grant_type=one_of("client_credentials"), **self.client),
            parts("grant_type", "client_id", "refresh_token", grant_type=one_of("refresh_token"),
                  refresh_token=self.token, **self.client),
        )  # fmt: skip
        token = one_of("00D!gone")
        rule = {"kind": one_of("503"), "rate": one_of("0"), "endpoint": one_of("nowhere")}
        return {
            ("POST", "/services/oauth2/token"): {"anyOf": list(grants)},
            ("POST", "/services/oauth2/revoke"): parts("token", token=token),
            ("POST", "/services/oauth2/introspect"): parts("token", *self.client, token=token, **self.client),
            ("POST", "/__local__/"): parts("add", *rule, add=TEXT, seed=one_of("1", "2"), **rule),
        }  # fmt: skip


def _jobs() -> dict[tuple[str, str], Schema]:
    """What bulk jobs, deployments and flows are asked by."""
    job = {"object": one_of("Account", "Contact"), "operation": one_of("insert", "update", "upsert", "delete"),
           "externalIdFieldName": one_of("Key__c"), "contentType": one_of("CSV")}  # fmt: skip
    dialect = {"columnDelimiter": one_of("COMMA", "TAB"), "lineEnding": one_of("LF", "CRLF")}
    asked = parts("operation", "query", operation=one_of("query", "queryAll"), query=one_of(*QUERIES), **dialect)
    cancelling = parts("deployResult", deployResult=parts("status", status=one_of("Canceling")))
    number = parts("activeVersionNumber", activeVersionNumber=one_of(1, 0, None, 7))
    return {
        ("POST", "/vNN.0/jobs/ingest"): parts("object", "operation", **job, **dialect),
        ("POST", "/vNN.0/jobs/query"): asked,
        ("PATCH", "/vNN.0/jobs/{ingest,query}/JOB_ID"): parts("state", state=one_of("UploadComplete", "Aborted")),
        ("POST", "/services/async/NUMBER/job"): parts("object", "operation", "contentType", **job),
        ("POST", "/services/async/NUMBER/job/JOB_ID"): parts("state", state=one_of("Closed", "Aborted")),
        ("PATCH", "/vNN.0/metadata/deployRequest/DEPLOYMENT_ID"): cancelling,
        ("PATCH", "/vNN.0/tooling/sobjects/FlowDefinition/DEFINITION_ID"): parts("Metadata", Metadata=number),
    }  # fmt: skip


def _own() -> dict[tuple[str, str], Schema]:
    """What the server's own entrances take."""
    rule = parts("kind", "rate", kind=one_of("503", "lag", "slow"), rate={"type": "number", "minimum": 0, "maximum": 1},
                 endpoint=one_of("nowhere"))  # fmt: skip
    return {
        ("PUT", "/__local__/faults"): parts("rules", seed={"type": "integer"}, rules=some_of(rule)),
        ("POST", "/__local__/outbound/hold"): parts("held", held=FLAG),
        ("POST", "/__local__/outbound/resend"): parts("times", times=one_of(1, 2)),
    }
