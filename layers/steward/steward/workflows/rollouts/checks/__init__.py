"""The checks of a hook: each reads what AWS shows and leaves the judgement to the domain."""
