"""Who gives the scalar words a meaning: floats (the interpreter), fractions, balls, ranges."""
