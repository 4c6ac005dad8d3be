"""Runtimes in mails, on topics and on the report's page."""
