"""Is it true? Claims between expressions, decided: proved, tested, refuted or left open; no text is known here."""
