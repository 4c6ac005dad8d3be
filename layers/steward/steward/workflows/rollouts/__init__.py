"""Rollouts: run a hook, guard a shift, end what waits for nothing, keep the history."""
