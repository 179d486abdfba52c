"""What stands before the router: the connection, who asks and how often, and finished answers.

| module | promises |
| --- | --- |
| `protocol`, `deadline`, `outlet` | a connection holds neither memory nor time for long |
| `fast`, `heads` | stored answers leave from the connection, in the plain case |
| `asgi` | the same as plain ASGI, under any server |
| `decide` | what is stored for a request, and in which form it leaves: pure |
| `answers` | finished answers, bounded |
| `sharing` | one computation for all who ask the same; nothing of the past is found |
| `freshness` | what was written before a request came is known to it |
| `admission`, `identities`, `callers` | who asks |
| `limits`, `counters` | how often he may |
| `purging` | what PURGE does, for whoever may have it done |

Without any of it but `admission`, the router behind answers the same, more slowly.
"""
