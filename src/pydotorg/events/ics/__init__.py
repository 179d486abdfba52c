"""iCalendar (RFC 5545, RFC 7986): events as other calendars write and read them."""
