"""What the names of a page are: queries over trees; then trees with names become expressions."""
