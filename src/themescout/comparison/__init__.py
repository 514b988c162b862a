"""New interviews against the original themes: what is heard again, not heard, new, and what changed in meaning."""
