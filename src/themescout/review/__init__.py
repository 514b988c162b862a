"""The person's part: what to look at next, and what is decided. Used by the terminal and, later, the browser."""
