"""How far the coding is, what is new, how long it takes, and what suggestions do to decisions."""
