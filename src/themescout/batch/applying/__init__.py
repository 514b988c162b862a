"""What is applied to every text: themes, codes, and the table that comes of it."""
