"""Where things lie in a checkout, and what the steps say when they cannot go on.

Must not know what is done with the places.
"""

import os
import sysconfig
from dataclasses import dataclass
from pathlib import Path


class SetupError(Exception):
    """A step that cannot go on; its text is the sentence for the person, `code` the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    """Print one line at once, also where standard output is a pipe."""
    print(message, flush=True)


@dataclass(frozen=True)
class Checkout:
    """The places of one checkout, all below its root folder."""

    root: Path

    @property
    def venv(self) -> Path:
        """The folder of the checkout's own environment."""
        return self.root / ".venv"

    @property
    def scripts(self) -> Path:
        """The folder with the environment's programs."""
        return self.venv / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    @property
    def site_packages(self) -> Path:
        """The folder the environment's packages are installed into, for the Python that runs this."""
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.venv), "platbase": str(self.venv)}))

    @property
    def requirements(self) -> Path:
        """The folder with the lock files."""
        return self.root / "packaging" / "requirements"

    @property
    def translations(self) -> Path:
        """The folder with the translation files."""
        return self.root / "resources" / "i18n"

    def program(self, name: str) -> str:
        """Return the path of a program installed into the environment."""
        return str(self.scripts / (f"{name}.exe" if os.name == "nt" else name))


THIS = Checkout(Path(__file__).resolve().parents[2])
