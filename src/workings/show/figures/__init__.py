"""Figures of the records of explanations, by matplotlib: one function a figure, and the table of them."""
