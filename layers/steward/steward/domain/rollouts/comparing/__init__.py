"""Two versions compared by counts: which differences are real, and large enough to matter."""
