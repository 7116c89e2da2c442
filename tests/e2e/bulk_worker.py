"""A worker for which a job of Bulk API 2.0 is worth it from 20 rows on; run by a test."""

from connectors.salesforce import bulk
from plugin.cli.worker import worker

bulk.ROWS_FROM = 20
worker()
