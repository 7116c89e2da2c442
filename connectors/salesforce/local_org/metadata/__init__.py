"""The Metadata API: what a deployment zip holds, whether Salesforce would take it, and putting it in force."""
