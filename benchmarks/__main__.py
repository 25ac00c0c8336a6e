"""`make bench`: every figure as one JSON line, each a ratio to a named peer in the same run.

python -m benchmarks            all of them
python -m benchmarks save       those whose module is named so
"""

import importlib
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    return {
        "bench": "machine",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
    }


def modules(wanted: list[str]) -> Iterator[str]:
    """Name the benchmark modules, all or those wanted."""
    for path in sorted(FOLDER.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if not wanted or name in wanted:
            yield f"benchmarks.{path.stem}"


def main(arguments: list[str]) -> int:
    """Run and print; returns 2 where nothing has that name."""
    names = list(modules(arguments))
    if not names:
        print(f"No benchmark is called {' or '.join(arguments)}.", file=sys.stderr)
        return 2
    print(json.dumps(machine()), flush=True)
    for name in names:
        for figure in importlib.import_module(name).run():
            print(json.dumps(figure), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
