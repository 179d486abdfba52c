"""Engines, transactions and what columns share: SQLite and PostgreSQL behind one face."""
