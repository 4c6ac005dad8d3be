"""`steward dlq`: messages that no function could take in."""
