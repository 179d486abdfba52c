"""The bundled facts about Python's releases, and how they come into a database."""
