"""The proxy that a Linux desktop was told to use, which GNOME and KDE keep where Python does not look.

Owns the reading of both. Must not know when they are asked; Windows' and macOS' settings Python reads itself.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from configparser import ConfigParser, Error
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import quote, urlsplit

_GNOME_LIKE = frozenset({"GNOME", "Unity", "X-Cinnamon", "Budgie", "Pantheon", "MATE", "COSMIC"})
_ASK_GNOME = ("list-recursively", "org.gnome.system.proxy")
_SECONDS = 3.0
_KINDS = {"http": ("http",), "https": ("https", "http")}
_TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'")


def desktop_proxy(url: str) -> str | None:
    """Return the proxy that the desktop names for url, None where it names none, or this is no such desktop.

    Runs a program on GNOME, so it does not belong on the event loop. A script that chooses (PAC) is not followed.
    """
    desktop = set(os.environ.get("XDG_CURRENT_DESKTOP", "").split(":"))
    if "KDE" in desktop:
        return _of_kde(url)
    return _of_gnome(url) if desktop & _GNOME_LIKE else None


def _of_gnome(url: str) -> str | None:
    """Read what `gsettings` says; the proxy for HTTP also serves HTTPS where that has none, then comes SOCKS."""
    program = shutil.which("gsettings")
    if not program:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - GNOME's own program, with fixed arguments
            [program, *_ASK_GNOME],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
            env=_own_environment(),
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    said: dict[str, str] = {}
    for line in done.stdout.splitlines():
        schema, name, value = [*line.split(" ", 2), "", ""][:3]
        said[f"{schema.removeprefix('org.gnome.system.proxy').lstrip('.')} {name}".strip()] = value
    if _plain(said.get("mode", "")) != "manual" or _is_among(url, _TEXT.findall(said.get("ignore-hosts", ""))):
        return None
    for kind in (*_KINDS.get(urlsplit(url).scheme, ()), "socks"):
        host, port = _plain(said.get(f"{kind} host", "")), said.get(f"{kind} port", "0")
        if host and port.isdigit() and int(port):
            login = _gnome_login(said) if kind == "http" else ""
            return f"{'socks5' if kind == 'socks' else 'http'}://{login}{_bracketed(host)}:{port}"
    return None


def _gnome_login(said: Mapping[str, str]) -> str:
    if said.get("http use-authentication") != "true":
        return ""
    parts = (_plain(said.get(f"http authentication-{part}", "")) for part in ("user", "password"))
    return ":".join(quote(part, safe="") for part in parts) + "@"


def _of_kde(url: str) -> str | None:
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - never raises
    file = ConfigParser(interpolation=None, strict=False, delimiters=("=",), comment_prefixes=("#",))
    try:
        file.read(Path(folder) / "kioslaverc", encoding="utf-8")
    except (Error, UnicodeError):
        return None
    said = dict(file["Proxy Settings"]) if file.has_section("Proxy Settings") else {}
    excepted = _is_among(url, re.split(r"[,\s]+", said.get("noproxyfor", "")))
    if said.get("proxytype") != "1" or excepted != (said.get("reversedexception", "false") == "true"):
        return None
    for name in (f"{urlsplit(url).scheme}proxy", "socksproxy"):
        # KDE writes the port behind a blank.
        if address := re.sub(r"[ :]+(\d+)/?$", r":\1", said.get(name, "").strip()):
            address = address if "://" in address else f"http://{address}"
            return f"socks5://{address.partition('://')[2]}" if name == "socksproxy" else address
    return None


def _is_among(url: str, hosts: list[str]) -> bool:
    """Tell whether the host of url is excepted: by name, by the end of its name, by pattern, or by network."""
    host = (urlsplit(url).hostname or "").lower()
    return any(_is_meant(host, pattern.strip().lower()) for pattern in hosts if pattern.strip())


def _is_meant(host: str, pattern: str) -> bool:
    if pattern == host or fnmatch(host, pattern) or host.endswith(f".{pattern.lstrip('.')}"):
        return True
    try:
        return ip_address(host) in ip_network(pattern, strict=False)
    except ValueError:
        return False


def _plain(value: str) -> str:
    found = _TEXT.fullmatch(value)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _own_environment() -> dict[str, str]:
    """Return the environment without what a bundled program sets for itself, which would mislead the system's own."""
    environment = dict(os.environ)
    original = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        environment["LD_LIBRARY_PATH"] = original
    return environment
