"""The second front end: `quillpane complete` and `quillpane doctor` in a terminal, over the same services.

Owns arguments, what is printed and the exit codes: 0 done, 1 the server or network failed, 2 wrong usage, 130
interrupted. Must not know Qt. What is slow to import comes after the arguments have been read.
"""

import argparse
import io
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from app import __version__

if TYPE_CHECKING:
    from app.assembly import Services
    from app.domain.parameters import SamplingParameters
    from app.domain.profile import Endpoint
    from app.domain.run import Run

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

CLOSE_LIMIT = 3.0
"""Seconds that closing may take; what came is on disk before that."""

_EPILOG = """\
The key comes from the key chain of the system, where the window keeps it, or from OPENAI_API_KEY; it is never an
argument. OPENAI_BASE_URL is used where --base-url is missing. Without either the built-in model answers.
Exit codes: 0 done, 1 the server or network failed, 2 wrong usage, 130 interrupted."""


class UsageError(Exception):
    """Arguments that make no sense together; the message is one sentence."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the arguments as attributes; `command` is None for the window.

    Raises:
        SystemExit: With 2 for wrong usage, with 0 after --help or --version.
    """
    parser = argparse.ArgumentParser("quillpane", description="Write a prompt and watch a language model continue it.")
    parser.add_argument("--version", action="version", version=f"Quillpane {__version__}")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep settings and texts in this folder")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data-dir", type=Path, metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands (without one, the window opens)"
    )
    _add_complete_arguments(commands.add_parser("complete", parents=[shared], help="continue a text", epilog=_EPILOG))
    commands.add_parser("doctor", parents=[shared], help="show what is installed and what answers")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> int:
    """Carry out a command and return its exit code; an error is one sentence on standard error."""
    _use_utf8()
    sys.excepthook = _report_bug
    try:
        return _run(_complete(options) if options.command == "complete" else _doctor(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def _run(command: Coroutine[Any, Any, int]) -> int:
    import asyncio

    from app.domain.errors import ExpectedError
    from app.domain.parameters import InvalidParametersError
    from app.domain.profile import InvalidAddressError
    from app.services.explain import explain

    try:
        with asyncio.Runner() as runner:
            return runner.run(_until_signalled(command))
    except ExpectedError as error:
        message, code = explain(error), FAILED
    except (UsageError, InvalidAddressError, InvalidParametersError) as error:
        message, code = str(error), WRONG_USAGE
    _note(message)
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


async def _complete(options: argparse.Namespace) -> int:
    import uuid
    from datetime import UTC, datetime

    from app.assembly import assemble
    from app.domain.run import Run

    prompt, parameters = _prompt(options.prompt), _parameters(options)
    parameters.validate(stream=not options.no_stream, max_stop=16)  # some take more than four (Q7)
    if options.model_file and options.base_url:
        raise UsageError("Give either --base-url or --model-file, not both.")
    services = assemble(options.data_dir, model_file=options.model_file)
    try:
        endpoint, model, profile_id = await _server(services, options)
        run = Run(uuid.uuid4().hex, datetime.now(UTC), prompt, model, profile_id, parameters)
        return await _print_run(services, options, endpoint, run)
    finally:
        await _close(services)


async def _print_run(services: "Services", options: argparse.Namespace, endpoint: "Endpoint", run: "Run") -> int:
    from contextlib import aclosing

    from app.domain.errors import ExpectedError
    from app.domain.run import RunState
    from app.services.explain import explain
    from app.services.transcript import JsonTranscript, TextTranscript

    transcript = (JsonTranscript if options.json else TextTranscript)(run, sys.stdout, sys.stderr)
    state, problem = RunState.STOPPED, ""
    try:
        events = services.generation.generate(run, endpoint=endpoint, stream=not options.no_stream)
        async with aclosing(events):
            async for event in events:
                transcript.show(event)
        state = RunState.DONE
    except ExpectedError as error:
        state, problem = RunState.FAILED, explain(error)
        raise
    finally:
        is_complete = transcript.end(state, problem)
    return DONE if is_complete else FAILED


async def _server(services: "Services", options: argparse.Namespace) -> tuple["Endpoint", str, str]:
    """Return where the request goes, the model it names and the id of the profile.

    A key from the environment never goes to the server of the window's connection, which has a key of its own.
    """
    from dataclasses import replace

    from app.domain.profile import BUILT_IN, Endpoint, Profile, normalise_address, normalise_key

    address = options.base_url or ("" if options.model_file else os.environ.get("OPENAI_BASE_URL", ""))
    if not address:
        endpoint = await services.connections.endpoint(BUILT_IN)
        return endpoint, options.model or services.local_model.name, BUILT_IN.id
    asked = Profile("", "", normalise_address(address))
    kept = next((each for each in services.connections.all() if each.origin == asked.origin), None)
    profile = replace(kept, base_url=asked.base_url) if kept else asked
    is_configured = kept is not None
    key = normalise_key(os.environ.get("OPENAI_API_KEY", "")) or None
    endpoint = Endpoint(profile.base_url, key)
    if is_configured or key is None:
        own = await services.connections.endpoint(profile)
        endpoint = own if own.key else endpoint
    model = options.model or (services.connections.model() if is_configured else "")
    if not model:
        listed = await services.connections.models_at(endpoint)
        if not listed:
            raise UsageError("The server lists no models; name one with --model.")
        model = listed[0].id
    return endpoint, model, profile.id


async def _doctor(options: argparse.Namespace) -> int:
    from app.assembly import assemble
    from app.services.diagnosis import diagnose

    services = assemble(options.data_dir)
    is_ok = True
    try:
        async for finding in diagnose(services.paths.data_dir, services.connections, services.local_model):
            sys.stdout.write(f"{'' if finding.is_ok else '! '}{finding.name}: {finding.value}\n")
            sys.stdout.flush()
            is_ok = is_ok and finding.is_ok
    finally:
        await _close(services)
    return DONE if is_ok else FAILED


async def _close(services: "Services") -> None:
    import asyncio

    from app.domain.errors import ExpectedError
    from app.services.explain import explain

    try:
        async with asyncio.timeout(CLOSE_LIMIT):
            await services.aclose()
    except TimeoutError:
        _note("Some background work did not end in time.")
    except ExpectedError as error:
        _note(explain(error))


def _prompt(given: str) -> str:
    """Return the prompt as it was given, never trimmed (Q11); "-" means all of standard input, as UTF-8."""
    prompt = given
    if given == "-":
        try:
            prompt = sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError("Standard input is not UTF-8.") from None
    if not prompt:
        raise UsageError("The prompt is empty.")
    from app.domain.prompt import has_trailing_blank

    if has_trailing_blank(prompt):
        _note("The prompt ends in a blank, which usually spoils the next word.")
    return prompt


def _parameters(options: argparse.Namespace) -> "SamplingParameters":
    """Return what was asked of the sampler; what was not given keeps its neutral value."""
    from dataclasses import fields

    from app.domain.parameters import SamplingParameters

    given = {field.name: getattr(options, field.name, None) for field in fields(SamplingParameters)}
    values = {name: value for name, value in given.items() if value is not None}
    return SamplingParameters(**values | {"stop": tuple(values.get("stop", ()))})


def _add_complete_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("prompt", metavar="PROMPT", help="the text to continue, or - for standard input (UTF-8)")
    add("--model", default="", help="model id; by default the first that the server lists")
    add("--base-url", default="", metavar="URL", help="address of the server, such as https://relay.example/v1")
    add("--model-file", default="", metavar="GGUF", help="a model file for the built-in engine")
    add("--max-tokens", type=int, metavar="N", help="length limit (256)")
    add("--temperature", type=float, metavar="T", help="0 to 2 (1)")
    add("--top-p", type=float, metavar="P", help="0 to 1 (1)")
    add("-n", "--candidates", dest="n", type=int, metavar="N", help="how many candidates (1)")
    add("--stop", action="append", type=_unescaped, metavar="TEXT", help=r"stop sequence, up to four times; \n is read")
    add("--logprobs", type=int, metavar="N", help="show N alternatives per token, 0 to 5")
    add("--seed", type=int, metavar="N", help="the same seed gives the same text, where the server can")
    add("--presence-penalty", type=float, metavar="X", help="-2 to 2 (0)")
    add("--frequency-penalty", type=float, metavar="X", help="-2 to 2 (0)")
    add("--suffix", metavar="TEXT", help="what comes after the gap to be filled")
    add("--no-stream", action="store_true", help="let the server answer in one piece")
    add("--json", action="store_true", help="one JSON object a line for each event, the last with usage and timing")


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t")


def _note(sentence: str) -> None:
    sys.stderr.write(f"quillpane: {sentence}\n")


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one sentence that the program is at fault; the interpreter then exits with 1."""
    _note(f"This is a fault of Quillpane: {kind.__name__}: {' '.join(str(error).split())}")
    if sys.flags.dev_mode:
        sys.__excepthook__(kind, error, trace)


def _use_utf8() -> None:
    """Print UTF-8 whatever the locale; half a character out of a server's JSON goes out as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
