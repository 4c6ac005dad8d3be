"""Rollouts: what a hook checks, what its verdict is, and what becomes of a deployment."""
