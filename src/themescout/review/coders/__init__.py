"""Several coders: how much each did, how far they agree, where they differ, and how that was settled."""
