"""What a network is: expressions, ops, named equations, and the interpreter that gives them meaning."""
