"""What a page says, in words and in formulas: definitions, domains, roles, numbers; and what is not used."""
