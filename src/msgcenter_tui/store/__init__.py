"""The store: SQLite or PostgreSQL by SQLAlchemy Core; nothing of either leaves this package."""
