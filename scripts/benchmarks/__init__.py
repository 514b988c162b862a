"""What the benchmark scripts share: coded sets, the methods compared, scores, tables."""
