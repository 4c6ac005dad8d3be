"""Compare the table of Lambda runtimes with what botocore and cfn-lint know, and write it anew."""
