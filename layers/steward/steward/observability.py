"""The logger and the metrics that all functions share. No tracer: it costs a cold start 0.2 s."""

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()
