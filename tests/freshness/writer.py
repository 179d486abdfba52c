"""Another process that writes to an SQLite database: once for each line that it reads, and it says when it is done."""

import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("pragma synchronous = off")
for _ in sys.stdin:
    connection.execute("update operating_system set name = name where slug = 'source'")
    sys.stdout.write("written\n")
    sys.stdout.flush()
