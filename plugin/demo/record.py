"""A made-up record as it is to be created in Salesforce."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.base import Scalar


@dataclass(frozen=True)
class Record:
    """One record: `fields` by Salesforce's names (dates as ISO text), `references` by name to another record's key."""

    key: str
    fields: Mapping[str, Scalar]
    references: Mapping[str, str] = field(default_factory=dict)


Rows = dict[str, list[Record]]
"""Records by object, in the order in which objects can be created."""
ORDER = (
    "Coverage_Segment__c",
    "Expansion_Offer__c",
    "Account",
    "Desired_Outcome__c",
    "Success_Requirement__c",
    "Success_Milestone__c",
    "Joint_Accountability__c",
    "Success_Reading__c",
    "Task",
    "Event",
)
