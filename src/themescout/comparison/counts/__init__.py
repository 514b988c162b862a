"""The counting half of a comparison: who said what, in how many interviews, and what may be said of that."""
