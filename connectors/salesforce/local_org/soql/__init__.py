"""SOQL: parsed by a grammar, translated to PostgreSQL with bound parameters, answered in Salesforce's JSON."""
