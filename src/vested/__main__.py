"""`python -m vested` is the command line."""

from vested.cli import main

if __name__ == "__main__":
    main()
