"""`steward runtimes`."""
