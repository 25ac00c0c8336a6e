"""The core of the intake app: the interview, the vault, the code lists and the profile."""

__version__ = "0.1.0"
