"""`python -m gitledger`: the same program as the console script."""

from gitledger.cli.main import main

if __name__ == "__main__":
    main()
