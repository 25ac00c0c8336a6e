"""`python -m intake_app` and `intake-app`."""

import sys


def main() -> None:
    """Run the command line; no traceback ever reaches a person."""
    from intake_app import cli

    sys.exit(cli.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
