"""How names, numbers and expressions are written, and how a name is spelled."""
