"""Themes without a study: found in a sample, with how well it speaks for the rest."""
