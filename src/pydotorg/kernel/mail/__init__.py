"""Mails: composed from templates, and delivered by SMTP or, where no server is configured, into the log."""
