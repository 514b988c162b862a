"""The review in the browser: a server on this computer, for one coder or a team, and the pages that it serves."""
