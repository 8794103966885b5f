"""``python -m vigie.cli`` is ``vigie``."""

from vigie.cli import main

main()
