"""The rows that an org has from its first day: itself, its profiles and its two users."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from connectors.salesforce.local_org.ids import record_id
from connectors.salesforce.local_org.permissions import ADMIN_PROFILE, API_PROFILE, STANDARD_PROFILE
from connectors.salesforce.local_org.rows import insert, new_ids
from connectors.salesforce.local_org.work import Connection, Work

if TYPE_CHECKING:
    from connectors.salesforce.local_org.org import OrgSettings


@dataclass(frozen=True)
class Founding:
    """Which records the org was founded with: 18-character ids, and the users' names to sign in with."""

    org_id: str = ""
    admin_id: str = ""
    admin_username: str = ""
    integration_id: str = ""
    integration_username: str = ""

    @classmethod
    def load(cls, conn: Connection) -> Founding:
        """Return what `found` once did in this database."""
        row = conn.execute("SELECT value FROM org_meta.settings WHERE name = 'founding'").fetchone()
        return cls(**row[0]) if row else cls()


def found(work: Work, settings: OrgSettings) -> None:
    """Write the founding rows."""
    admin, integration = new_ids(work, work.schema.objects["user"], 2)
    org_id = record_id(work.schema.objects["organization"].key_prefix, settings.number)
    founding = Founding(org_id, admin, "admin@local-org.example", integration, "integration@local-org.example")
    organization = {
        "name": settings.name, "timezonesidkey": settings.time_zone, "languagelocalekey": "en_US",
        "defaultlocalesidkey": "en_US", "organizationtype": "Enterprise Edition", "instancename": "LOCAL",
        "issandbox": settings.sandbox, "country": "US",
    }  # fmt: skip
    _put(work, "organization", org_id, admin, organization)
    profiles = [ADMIN_PROFILE, STANDARD_PROFILE, API_PROFILE]
    ids = new_ids(work, work.schema.objects["profile"], len(profiles))
    for key, name in zip(ids, profiles, strict=True):
        _put(work, "profile", key, admin, {"name": name, "usertype": "Standard"})
    _user(work, settings, admin, founding.admin_username, ("Ada", "Admin"), ids[0], admin)
    _user(work, settings, integration, founding.integration_username, (None, "Integration"), ids[2], admin)
    work.conn.execute("INSERT INTO org_meta.settings VALUES ('founding', %s)", (Jsonb(asdict(founding)),))


def _user(
    work: Work,
    settings: OrgSettings,
    key: str,
    username: str,
    name: tuple[str | None, str],
    profile: str,
    by: str,
) -> None:
    row = {
        "username": username, "email": username, "firstname": name[0], "lastname": name[1],
        "name": " ".join(part for part in name if part), "alias": name[1].lower()[:8], "isactive": True,
        "timezonesidkey": settings.time_zone, "localesidkey": "en_US", "languagelocalekey": "en_US",
        "emailencodingkey": "UTF-8", "usertype": "Standard", "profileid": profile,
    }  # fmt: skip
    _put(work, "user", key, by, row)


def _put(work: Work, object_name: str, key: str, by: str, values: dict[str, Any]) -> None:
    """Insert one row with its audit fields."""
    audit = {
        "createddate": work.now, "createdbyid": by, "lastmodifieddate": work.now, "lastmodifiedbyid": by,
        "systemmodstamp": work.now, "isdeleted": False,
    }  # fmt: skip
    insert(work, work.schema.objects[object_name], [{"id": key, **values, **audit}])
