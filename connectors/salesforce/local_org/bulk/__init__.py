"""Bulk API 2.0: jobs that take or give records as CSV, done in the background."""
