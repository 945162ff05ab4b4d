"""Facts → Network: the stages in their order, and every failure at once."""
