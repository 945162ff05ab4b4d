"""Numbers: the values at a point, and training by gradient descent with the equations that were shown."""
