"""A study's themes and codes applied to any number of texts: files in, files out, in partitions."""
