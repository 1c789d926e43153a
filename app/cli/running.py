"""Run a command: from its arguments to its exit code, with every error as one sentence on standard error.

Owns the loop, signals, the services' end and the exit codes: 0 done, 1 the server or network failed, 2 wrong usage, 130
interrupted. Must not know what a command does.
"""

import argparse
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from app.cli.terminal import FAILED, INTERRUPTED, WRONG_USAGE, UsageError, note, use_utf8

if TYPE_CHECKING:
    from app.assembly import Services

CLOSE_LIMIT = 3.0
"""Seconds that closing may take; what came is on disk before that."""


def run(options: argparse.Namespace) -> int:
    """Carry out a command and return its exit code; an error is one sentence on standard error."""
    use_utf8()
    sys.excepthook = _report_bug
    try:
        return _run(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def run_async(command: Coroutine[Any, Any, int]) -> int:
    """Run the part of a command that asks servers, key chain and disk; return its exit code."""
    import asyncio

    with asyncio.Runner() as runner:
        return runner.run(_until_signalled(command))


@asynccontextmanager
async def services_of(options: argparse.Namespace) -> "AsyncIterator[Services]":
    """Give the services for the data folder that was asked for, and take them down afterwards."""
    import asyncio

    from app.assembly import assemble
    from app.domain.errors import ExpectedError
    from app.services.explain import explain

    services = assemble(options.data_dir, model_file=getattr(options, "model_file", ""))
    try:
        yield services
    finally:
        try:
            async with asyncio.timeout(CLOSE_LIMIT):
                await services.aclose()
        except TimeoutError:
            note("Some background work did not end in time.")
        except ExpectedError as error:
            note(explain(error))


def _run(options: argparse.Namespace) -> int:
    from app.cli.completing import complete
    from app.cli.connecting import manage_connections
    from app.cli.diagnosing import diagnose
    from app.domain.errors import ExpectedError
    from app.domain.parameters import InvalidParametersError
    from app.domain.profile import InvalidAddressError
    from app.services.explain import explain

    commands = {"complete": complete, "connections": manage_connections, "doctor": diagnose}
    try:
        return commands[options.command](options)
    except ExpectedError as error:
        message, code = explain(error), FAILED
    except (UsageError, InvalidAddressError, InvalidParametersError) as error:
        message, code = str(error), WRONG_USAGE
    note(message)
    return code


async def _until_signalled(command: Coroutine[Any, Any, int]) -> int:
    """Run command; SIGTERM ends it as Ctrl-C does, which the runner turns into a cancellation."""
    import asyncio
    import signal

    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await command
    except asyncio.CancelledError:
        return INTERRUPTED


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one sentence that the program is at fault; the interpreter then exits with 1."""
    note(f"This is a fault of Quillpane: {kind.__name__}: {' '.join(str(error).split())}")
    if sys.flags.dev_mode:
        sys.__excepthook__(kind, error, trace)
