"""The study's end product: tables of barriers and of research questions, and what stands behind them."""
