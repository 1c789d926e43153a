"""The arguments of the command line: commands, options and what is said of them.

Must not know what a command does. Imports nothing slow: the window, too, starts here.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from app import __version__

_EPILOG = """\
The key comes from the key chain of the system, where the window and "quillpane connections add" keep it, or from
OPENAI_API_KEY; it is never an argument. OPENAI_BASE_URL is used where neither -c nor --base-url is given. Without any
of them the built-in model answers.
Exit codes: 0 done, 1 the server or network failed, 2 wrong usage, 130 interrupted."""

_ADD = """\
Reads what you were given from standard input: an address, a key, both, a curl command, environment lines or the whole
note of a provider. Where ADDRESS is an argument, standard input holds the key only. What was understood is shown, the
key masked, before anything is saved; nothing is sent."""


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
    connections = commands.add_parser("connections", parents=[shared], help="list, add, check or remove connections")
    _add_connections_arguments(connections, shared)
    doctor = commands.add_parser("doctor", parents=[shared], help="show what is installed and what answers")
    doctor.add_argument("name", nargs="?", default="", metavar="NAME", help="look into this connection only")
    return parser.parse_args(arguments)


def _add_complete_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("prompt", metavar="PROMPT", help="the text to continue, or - for standard input (UTF-8)")
    add("-c", "--connection", default="", metavar="NAME", help="one of your connections, or built-in")
    add("--model", default="", help="model id; by default the first that the server lists")
    add("--base-url", default="", metavar="URL", help="address of the server, such as https://relay.example/v1")
    add("--model-file", default="", metavar="GGUF", help="a model file for the built-in engine")
    add("--max-tokens", type=int, metavar="N", help="length limit (256)")
    add("--temperature", type=float, metavar="T", help="0 to 2 (1)")
    add("--top-p", type=float, metavar="P", help="0 to 1 (1)")
    add("-n", "--candidates", dest="n", type=int, metavar="N", help="how many candidates (1)")
    add("--stop", action="append", type=_unescaped, metavar="TEXT", help=r"stop sequence, up to four times; \n is read")
    add("--logprobs", type=int, metavar="N", help="show N alternatives per token, 0 to 5; some servers give more")
    add("--seed", type=int, metavar="N", help="the same seed gives the same text, where the server can")
    add("--presence-penalty", type=float, metavar="X", help="-2 to 2 (0)")
    add("--frequency-penalty", type=float, metavar="X", help="-2 to 2 (0)")
    add("--suffix", metavar="TEXT", help="what comes after the gap to be filled")
    add("--no-stream", action="store_true", help="let the server answer in one piece")
    add("--json", action="store_true", help="one JSON object a line for each event, the last with usage and timing")


def _add_connections_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", parents=[shared], help="show the connections; * marks the one that the window uses")
    add = actions.add_parser("add", parents=[shared], help="add one from whatever you were given", description=_ADD)
    add.add_argument("address", nargs="?", default="", metavar="ADDRESS", help="its address; never a key")
    add.add_argument("--name", default="", help="what to call it; by default its host")
    add.add_argument("--preset", default="", metavar="ID", help="the kind of server, such as openai or ollama")
    add.add_argument("--yes", action="store_true", help="save without asking")
    check = actions.add_parser("check", parents=[shared], help="find out what one can do, with a few tiny requests")
    check.add_argument("name", metavar="NAME", help="the connection, or built-in")
    check.add_argument("--model", default="", help="model id; by default the one last chosen, or the first listed")
    check.add_argument("--yes", action="store_true", help="send the requests without asking")
    remove = actions.add_parser("remove", parents=[shared], help="remove one, and its key from the key chain")
    remove.add_argument("name", metavar="NAME", help="the connection")
    remove.add_argument("--yes", action="store_true", help="remove without asking")


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t")
