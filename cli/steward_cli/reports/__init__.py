"""`steward report`."""
