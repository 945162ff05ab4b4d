"""Network → Derivation: the gradient of the error, line by line, a rule and a reason beside each."""
