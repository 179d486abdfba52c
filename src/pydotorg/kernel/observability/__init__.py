"""What those who run the service see: its log, its health, and what it has counted."""
