"""Explanations: what stands out in this network and its descent, each with the level of its proof."""
