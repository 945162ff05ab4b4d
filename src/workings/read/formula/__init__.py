"""Formulas → neutral trees: once, without a vocabulary, never failing; LaTeX, plain text and code give the same."""
