"""What is wrong with an installation of Steward, and how to mend it."""
