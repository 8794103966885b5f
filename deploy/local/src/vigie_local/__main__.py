"""`python -m vigie_local`: the same commands without the `vigie` host."""

from vigie_local.cli import app

if __name__ == "__main__":
    app(prog_name="vigie")
