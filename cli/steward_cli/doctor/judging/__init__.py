"""What the facts say: pure, one decision for each check."""
