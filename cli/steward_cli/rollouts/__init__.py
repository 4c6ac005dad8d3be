"""`steward rollouts`."""
