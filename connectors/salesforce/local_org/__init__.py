"""A local org that speaks Salesforce's wire protocols on loopback."""
