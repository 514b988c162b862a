"""The review in the terminal: a pure state machine (state, keys), its picture (view), and the loop (session)."""
