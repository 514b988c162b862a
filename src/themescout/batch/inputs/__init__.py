"""From what a person names to portions of texts: found, told apart, split, read."""
