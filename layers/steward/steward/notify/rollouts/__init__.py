"""Rollouts in mails and on topics."""
