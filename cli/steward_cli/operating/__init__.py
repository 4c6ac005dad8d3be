"""Commands for on-call: stopping deletes, and what a limit stopped."""
