"""Work that is queued in the transaction of a change and done after it, whatever dies; and work that is planned."""
