"""JavaRosa, the engine of ODK Collect, as it lies inside the pyxform package.

`driver/` holds our Java around it; it is compiled when it is needed, by the machine's own JDK.
"""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

_DRIVER = Path(__file__).parent / "driver"
#: The oldest JDK that reads the classes in the jar.
_OLDEST = 17

Nodes = dict[str, dict[str, Any]]
Act = dict[str, str]


def missing() -> str:
    """Say what JavaRosa lacks here to run; blank where it lacks nothing."""
    if jar() is None:
        return "pyxform brings no ODK_Validate.jar"
    javac = shutil.which("javac")
    if javac is None or shutil.which("java") is None:
        return "no JDK here (javac); install one: apt install openjdk-17-jdk-headless"
    said = subprocess.run([javac, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+", said.stdout + said.stderr)
    if found is None or int(found[0]) < _OLDEST:
        return f"JavaRosa needs JDK {_OLDEST} or later"
    return ""


def jar() -> Path | None:
    """Return where JavaRosa lies; None where it does not."""
    package = importlib.util.find_spec("pyxform")
    if package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0])
    path = folder / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    return path if path.exists() else None


class JavaRosaGaveUp(Exception):
    """JavaRosa raised an error of its own."""


class JavaRosa:
    """One JVM, in which a form is open; its zone is UTC and its date today's."""

    def __init__(self, folder: Path, *options: str) -> None:
        """Compile the driver into a folder and start it; `options` are the JVM's."""
        path = f"{folder}:{jar()}"
        sources = sorted(map(str, _DRIVER.glob("*.java")))
        subprocess.run(
            ["javac", "-proc:none", "-nowarn", "-cp", path, "-d", folder, *sources], check=True
        )
        self._process = subprocess.Popen(
            ["java", "-Duser.timezone=UTC", "-Duser.language=en", *options, "-cp", path,
             "driver.Driver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )  # fmt: skip

    def load(self, xform: Path) -> Nodes:
        """Open a form and return its nodes; JavaRosaGaveUp where it cannot be opened."""
        nodes: Nodes = self.ask({"load": str(xform)})["nodes"]
        return nodes

    def act(self, action: Act) -> Nodes | None:
        """Do an action and return all nodes; None where it was refused and nothing changed."""
        return self.ask(action).get("nodes")

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Send a line and return the answer; JavaRosaGaveUp where there is none."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(question) + "\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        if "crash" in answer:
            raise JavaRosaGaveUp(answer["crash"])
        return answer

    def close(self) -> None:
        """End the JVM."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()
