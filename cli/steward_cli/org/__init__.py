"""`steward org`: what an organization is installed from."""
