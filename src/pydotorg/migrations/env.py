"""Alembic's entrance: runs migrations on the connection, and in the transaction, that it is given."""

from alembic import context

from pydotorg.kernel.database.columns import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    transactional_ddl=True,
)
context.run_migrations()
