"""Success Vector: Member Success for the CRM or AMS that an association already has."""

__version__ = "0.1.0"
