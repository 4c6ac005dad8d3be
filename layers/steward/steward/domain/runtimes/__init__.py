"""Lambda runtimes: when each ends, which functions that hits, and what to change them to."""
