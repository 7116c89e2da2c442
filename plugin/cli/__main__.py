"""`python -m plugin.cli`: the command line where no script is on the path."""

from plugin.cli import main

main()
