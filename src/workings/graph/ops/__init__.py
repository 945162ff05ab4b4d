"""The knowledge: one record an op. Importing this package fills the table `workings.graph.op.OPS`."""

from workings.graph.ops import arithmetic, pointwise, selection

__all__ = ["arithmetic", "pointwise", "selection"]
