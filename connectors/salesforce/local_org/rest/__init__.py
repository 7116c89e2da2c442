"""The REST API: one small file a resource."""
