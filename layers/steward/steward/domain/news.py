"""Notices that belong to no lease: one message each, told once and true without looking again."""

from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.runtimes.records import RuntimeNotice

type News = RuntimeNotice | RolloutNotice
