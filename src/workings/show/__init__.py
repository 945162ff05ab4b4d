"""Records → parts → terminal, Markdown, LaTeX, HTML. One document tree, several lowerings."""
