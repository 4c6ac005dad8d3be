"""What a report on runtimes says: counts, waves, work items, coverage, and who is told."""
