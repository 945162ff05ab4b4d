"""The knowledge: one record an op. Importing this package fills the table `workings.graph.op.OPS`."""

from workings.graph.ops import activation, arithmetic, inverse, pointwise, selection

__all__ = ["activation", "arithmetic", "inverse", "pointwise", "selection"]
