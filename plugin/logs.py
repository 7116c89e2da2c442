"""Structured logs on stderr: JSON where a machine reads them, plain lines in a terminal."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Log from `level` on. Member data stands in no log above debug."""
    least = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[handler])
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    last = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def first_line(error: object) -> str:
    """Return the first line of what an error says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].strip()


class _OneLine(logging.Formatter):
    """What libraries log fits on a line: of an exception, its own first words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        plain = logging.makeLogRecord(record.__dict__)
        plain.exc_info = plain.exc_text = None
        text = " ".join(super().format(plain).split())
        error = record.exc_info[1] if record.exc_info else None
        return f"{text} ({first_line(error)})" if error else text
