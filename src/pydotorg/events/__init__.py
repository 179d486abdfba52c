"""Events and calendars: when something happens, once or again and again, in whichever zone."""
