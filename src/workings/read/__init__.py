"""Text → Network: tokens, formulas, documents, roles; and the way back, Network → notation."""
