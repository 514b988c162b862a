"""The machine's part of a comparison: what is new is cut, embedded, placed and judged; nothing old is done again.

What it says is stored as the record of a stage, so that a page can be shown, and counted anew after each decision,
without a model. Candidate new themes become themes of the study, with numbers that last.
"""
