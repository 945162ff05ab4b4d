"""`python -m workings` is the command `workings`."""

from workings.cli.main import run

run()
