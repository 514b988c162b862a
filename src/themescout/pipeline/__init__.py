"""Services that read the store, call one method, and write the store. What is fresh is skipped."""
