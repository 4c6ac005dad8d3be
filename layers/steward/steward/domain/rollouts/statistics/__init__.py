"""The few tests and intervals that comparisons need, of the standard library alone."""
