"""Where the facts come from: AWS, the ledger and this machine."""
