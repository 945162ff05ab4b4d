"""The scalar words: one record a word, the tape that is written in them, and what an algebra is."""
