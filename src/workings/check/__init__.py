"""A person's lines → Verdicts: which hold and by which rule, which is the first wrong one, and why."""
