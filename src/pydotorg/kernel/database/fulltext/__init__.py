"""Finding rows by words, for all domains: the same rows in the same order on SQLite and PostgreSQL.

Texts and questions are folded and cut into words here (`words`), and both databases only store finished words and find
them again. A domain indexes a row in the transaction that shows it to the public (`index`), keeps the number that it is
given, and joins its table to what a question finds (`matching`).
"""
