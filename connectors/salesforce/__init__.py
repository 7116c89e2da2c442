"""Salesforce: sign-in, client, connector, installer, package and local org."""
