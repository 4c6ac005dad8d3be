"""The logger and the metrics that all functions share. No tracer: it costs a cold start 0.2 s."""

import warnings

from aws_lambda_powertools import Logger, Metrics

# A run in which nothing happened has nothing to count; that is no news for the log.
warnings.filterwarnings("ignore", "No application metrics to publish")

logger = Logger()
metrics = Metrics()
