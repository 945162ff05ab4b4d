"""`python -m workings` is the command `workings`."""

from workings.cli.start import run

run()
