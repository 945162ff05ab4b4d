"""The knowledge: one record an op. Importing this package fills the table `workings.graph.op.OPS`."""

from workings.graph.op import OPS
from workings.graph.ops import activation, arithmetic, inverse, pointwise, selection

__all__ = ["APPLIED", "activation", "arithmetic", "inverse", "pointwise", "selection"]

#: The words that apply a function of one variable, as pages and programs spell them: tanh, Sigmoid, ln.
APPLIED = frozenset(word for op in OPS.values() if op.arity == 1 for word in op.spellings if word.isalpha())
