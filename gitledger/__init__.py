"""gitledger: what a percent of each coding-agent subscription buys in shipped, lasting work."""

__version__ = "0.2.0"
