"""The terminal: exit codes, notes on standard error, questions, and what is read from standard input.

Owns how a command speaks and listens. Must not know what it is about.
"""

import io
import sys
from getpass import getpass

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class UsageError(Exception):
    """Arguments that make no sense together, or with what is known; the message is one sentence."""


def say(line: str) -> None:
    """Print a line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def note(sentence: str) -> None:
    """Say something on standard error, beside the output."""
    sys.stderr.write(f"quillpane: {sentence}\n")


def read_text() -> str:
    """Return all of standard input, as UTF-8 with or without a byte order mark.

    Raises:
        UsageError: It is not UTF-8.
    """
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("Standard input is not UTF-8.") from None


def is_interactive() -> bool:
    """Tell whether somebody sits in front of standard input."""
    return sys.stdin.isatty()


def read_secret(question: str) -> str:
    """Return a line that is not shown while it is typed; without a terminal, all of standard input."""
    if not is_interactive():
        return read_text()
    try:
        return getpass(question, stream=sys.stderr)
    except EOFError:
        return ""


def confirm(question: str) -> bool:
    """Ask and return whether the answer was yes.

    Raises:
        UsageError: Nobody can be asked.
    """
    if not is_interactive():
        raise UsageError("Nothing was changed; to do it without being asked, add --yes.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def use_utf8() -> None:
    """Print UTF-8 whatever the locale; half a character out of a server's JSON goes out as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
