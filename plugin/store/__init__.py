"""The store: PostgreSQL through SQLAlchemy Core."""
