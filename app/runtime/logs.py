"""The log file, and the rule that no key ever gets into it.

Owns handlers and redaction; must not know who logs.
"""

import logging
import re
from collections.abc import Callable, Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

_SECRETS = re.compile(
    r"(?i)(bearer\s+|authorization['\":\s=]+(?:(?:bearer|basic)\s+)?|api[-_]?key['\":\s=]+|mj-api-secret['\":\s=]+)[^\s'\",}]+"
    r"|\bsk-[A-Za-z0-9_\-]{6,}"
)


_SHORTEST = 6
"""Characters of a secret that is taken out wherever it stands; shorter ones are parts of words."""

_known: list[Callable[[], Iterable[str]]] = []  # logging is one for the process, and so is what must not get into it


def hide(secrets: Callable[[], Iterable[str]]) -> None:
    """Take out, from now on, the secrets that this tells of when it is asked, whatever they look like."""
    _known.append(secrets)


def redact(text: str) -> str:
    """Return text without any secret that is known, and without everything that looks like a key."""
    for secret in (secret for tell in _known for secret in tell() if len(secret) >= _SHORTEST):
        text = text.replace(secret, "[key removed]")
    return _SECRETS.sub(lambda match: f"{match.group(1) or ''}[key removed]", text)


class RedactingFormatter(logging.Formatter):
    """Format a record and take keys out of the whole of it, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without keys."""
        return redact(super().format(record))


def start_log(folder: Path) -> None:
    """Write warnings and worse to `quillpane.log` in folder, at most 3 files of 1 MB; a full disk is no error."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "quillpane.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(handler)
    logging.raiseExceptions = False  # a log that cannot be written must not break what it speaks of
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log every URL at INFO
