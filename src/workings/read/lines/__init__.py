"""The lines that a person wrote: equalities and updates, as they stand."""
