"""Lambda runtimes: plan a scan, judge a unit, report, and tell."""
