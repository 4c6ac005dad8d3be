"""Policy documents of the tests, as a person would write them."""

MINIMAL = """\
version: 1
scope:
  name_patterns: ["feat-*"]
  regions: [eu-west-1]
owners: {fallback: platform@example.com}
"""
WHOLE = """\
version: 1
mode: reap
scope:
  match: any
  name_patterns: ["feat-*", "pr-*"]
  tags: {stage: [feature, ephemeral, on]}
  regions: [eu-west-1, us-east-1]
  organizational_units: [ou-ab12-cdefgh34]
  exclude:
    accounts: [012345678901, 123456789012]
    organizational_units: [r-ab12]
    name_patterns: ["*-shared"]
    tags: {stage: [prod]}
lease: {ttl: 14d, max_lifetime: P60D, ttl_tag: ttl, expires_tag: expires-at, renew_on_deploy: true}
notices: [7d, 3d, 1d]
minimum_notice: 24h
windows:
  timezone: Europe/Berlin
  weekdays: [mon, tue]
  hours: 09:00-16:00
  freeze: [{first: 2026-12-20, last: 2027-01-06}]
limits: {reaps_per_sweep: 20, percent_of_leases: 10, reaps_per_account: 5, new_leases: 25}
owners:
  tag_keys: [owner]
  email_domains: [example.com]
  contacts: {payments: payments@example.com}
  fallback: platform@example.com
deletion: {empty_buckets: false, retain_failed_resources: true, force: false}
"""
