"""The codebook while people work with it: its wording, its versions, and what is to look at again."""
