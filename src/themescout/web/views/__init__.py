"""One module for each view: its page, and what its page asks for as JSON."""
