"""The libraries, fonts and programs that Qt, the built-in model and the tests take from the operating system.

Owns their list, finding what is missing, and installing it or naming the one command that does. Only Linux lacks any
of them. Must not know the Python environment.
"""

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from setup_steps.checkout import Checkout, SetupError, say

MISSING_SYSTEM_PACKAGES = 2  # exit code


@dataclass(frozen=True)
class Need:
    """One thing of the operating system's: the Debian package it comes in, and one way to see that it is there."""

    package: str
    library: str = ""
    program: str = ""
    file: str = ""

    def is_met(self) -> bool:
        """Say whether it is there; loading a library also finds out whether that library's own needs are met."""
        if self.program:
            return shutil.which(self.program) is not None
        if self.file:
            return Path(self.file).exists()
        try:
            ctypes.CDLL(self.library)
        except OSError:
            return False
        return True


# Every window, also one that nobody sees, and lrelease, which compiles the translations.
QT = (
    Need("libglib2.0-0", "libglib-2.0.so.0"),
    Need("libglib2.0-0", "libgthread-2.0.so.0"),
    Need("libegl1", "libEGL.so.1"),
    Need("libgl1", "libGL.so.1"),
    Need("libx11-6", "libX11.so.6"),
    Need("libdbus-1-3", "libdbus-1.so.3"),
    Need("libfontconfig1", "libfontconfig.so.1"),
    Need("libfreetype6", "libfreetype.so.6"),
    Need("libxkbcommon0", "libxkbcommon.so.0"),
    Need("libgssapi-krb5-2", "libgssapi_krb5.so.2"),
    Need("libbrotli1", "libbrotlidec.so.1"),
    Need("libzstd1", "libzstd.so.1"),
    Need("zlib1g", "libz.so.1"),
)
# llama.cpp.
MODEL = (Need("libgomp1", "libgomp.so.1"), Need("libstdc++6", "libstdc++.so.6"))
# A window on an X display. Qt itself always blames libxcb-cursor0, whichever is missing.
X11 = (
    Need("libxcb-cursor0", "libxcb-cursor.so.0"),
    Need("libxcb-icccm4", "libxcb-icccm.so.4"),
    Need("libxcb-image0", "libxcb-image.so.0"),
    Need("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    Need("libxcb-randr0", "libxcb-randr.so.0"),
    Need("libxcb-render-util0", "libxcb-render-util.so.0"),
    Need("libxcb-shape0", "libxcb-shape.so.0"),
    Need("libxcb-util1", "libxcb-util.so.1"),
    Need("libxcb-xkb1", "libxcb-xkb.so.1"),
    Need("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    Need("libx11-xcb1", "libX11-xcb.so.1"),
)
# A window on a Wayland display.
WAYLAND = (Need("libwayland-client0", "libwayland-client.so.0"), Need("libwayland-cursor0", "libwayland-cursor.so.0"))
FONTS = (
    Need("fonts-dejavu-core", file="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Need("fonts-noto-cjk", file="/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
# A key chain in a private D-Bus session, and an X display without a screen.
TESTING = (
    Need("gnome-keyring", program="gnome-keyring-daemon"),
    Need("dbus", program="dbus-run-session"),
    Need("xvfb", program="Xvfb"),
)
# Names that newer Debian and Ubuntu releases gave a package, by the older name.
RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}


def required(environ: Mapping[str, str]) -> tuple[Need, ...]:
    """Return what the program cannot run without in this desktop session."""
    needs = QT + MODEL
    if environ.get("WAYLAND_DISPLAY"):
        return needs + WAYLAND
    return needs + X11 if environ.get("DISPLAY") else needs


def welcome(*, testing: bool) -> tuple[Need, ...]:
    """Return what is installed where that is allowed, and done without where it is not."""
    return FONTS + X11 + (TESTING if testing else ())


def missing(needs: Sequence[Need]) -> list[Need]:
    """Return the needs that are not met, one for each package, in their order."""
    packages: dict[str, Need] = {}
    for need in needs:
        if need.package not in packages and not need.is_met():
            packages[need.package] = need
    return list(packages.values())


def ensure_system_packages(checkout: Checkout, environ: Mapping[str, str], *, testing: bool) -> None:
    """Install what is missing as root on Debian or Ubuntu; elsewhere name the one command that installs it.

    Raises:
        SetupError: Something required is missing and could not be installed (exit code 2).
    """
    if sys.platform != "linux":
        return
    lacking = missing(required(environ))
    wished = [need for need in missing(welcome(testing=testing)) if need not in lacking]
    if not lacking and not wished:
        return
    if not _is_apt_root():
        if lacking:
            raise SetupError(
                f"Qt needs libraries that this machine lacks: {_names(lacking)}.\n"
                f"Install them, then start the same command again:\n  {command_for([*lacking, *wished])}",
                MISSING_SYSTEM_PACKAGES,
            )
        if testing:
            say(f"Not on this machine: {_names(wished)}. Tests that need them are skipped. To add them:")
            say(f"  {command_for(wished)}")
        return
    refused = checkout.root / ".venv" / "quillpane-refused-packages"
    if not lacking and refused.exists() and refused.read_text(encoding="utf-8") == _names(wished):
        return  # tried before, in vain; trying at each start would take half a minute
    _apt_install([need.package for need in (*lacking, *wished)])
    if still := missing(lacking):
        raise SetupError(
            f"apt-get could not install {_names(still)}. Try it by hand, then start the same command again:\n"
            f"  {command_for(still)}",
            MISSING_SYSTEM_PACKAGES,
        )
    if still := missing(wished):
        say(f"apt-get could not install {_names(still)}; going on without.")
        if refused.parent.exists():
            refused.write_text(_names(still), encoding="utf-8")


def command_for(needs: Sequence[Need]) -> str:
    """Return the one command that installs the needs on this machine."""
    as_root = "" if os.geteuid() == 0 else "sudo "
    if shutil.which("apt-get"):
        names = " ".join(_known_names([need.package for need in needs]))
        return f"{as_root}apt-get update && {as_root}apt-get install -y --no-install-recommends {names}"
    for tool in ("dnf", "zypper"):
        if shutil.which(tool):
            # rpm packages can be asked for by the library they bring.
            names = " ".join(shlex.quote(f"{need.library}()(64bit)") for need in needs if need.library)
            return f"{as_root}{tool} install {names}"
    libraries = ", ".join(need.library or need.program or Path(need.file).name for need in needs)
    return f"(with the package tool of this system, whatever brings {libraries})"


def install_python_venv() -> None:
    """Install the part of Python that makes environments, which Debian and Ubuntu ship apart.

    Raises:
        SetupError: It is still missing; the sentence names the command (exit code 2).
    """
    package = f"python3.{sys.version_info.minor}-venv"
    if _is_apt_root():
        _apt_install([package])
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip") is not None:
            return
    as_root = "" if sys.platform == "win32" or os.geteuid() == 0 else "sudo "
    how = (
        f"Install it, then start the same command again:\n"
        f"  {as_root}apt-get update && {as_root}apt-get install -y {package}"
        if shutil.which("apt-get")
        else "Install Python's venv and ensurepip modules, then start the same command again."
    )
    raise SetupError(
        f"This Python cannot make environments: its venv or ensurepip is missing. {how}", MISSING_SYSTEM_PACKAGES
    )


def _is_apt_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: Sequence[str]) -> None:
    """Try to install the packages; one that cannot be had must not keep the others away."""
    say(f"Installing system packages: {' '.join(packages)}.")
    _apt("update")
    names = _known_names(packages)
    if _apt("install", "-y", "--no-install-recommends", *names):
        return
    for name in names:
        _apt("install", "-y", "--no-install-recommends", name)


def _apt(*arguments: str) -> bool:
    done = subprocess.run(
        ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        say("\n".join(done.stdout.splitlines()[-5:]))
    return done.returncode == 0


def _known_names(packages: Sequence[str]) -> list[str]:
    """Give packages the name that this release knows them by."""
    return [RENAMED[name] if name in RENAMED and _is_in_apt(RENAMED[name]) else name for name in packages]


def _is_in_apt(package: str) -> bool:
    answer = subprocess.run(["apt-cache", "show", package], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return answer.returncode == 0


def _names(needs: Sequence[Need]) -> str:
    return " ".join(need.package for need in needs)
