"""Why does it fail? One table of hypotheses: under which other line, network, point or reading it would hold."""
