"""The program that serves the built-in model: llama.cpp's own HTTP server on this computer's loopback.

Run as a process of its own by `app.services.local_model`, as a file, so it imports nothing of the program. It reads
one JSON line from its standard input (`model`, `alias`, `key`), prints one JSON line (`address`, or `error`), and ends
as soon as its standard input does: also when the program that started it was killed. Must not know who asks it.
"""

import json
import os
import sys
import threading
from typing import Any

CONTEXT_TOKENS = 8192
"""Shared by all candidates; SmolLM2 was trained on as many. At f16 they take 190 MB with the model that ships."""

SLOTS = 8
"""The largest `n` that the server takes. With one shared context a slot costs nothing until it is used."""


def main() -> int:
    """Serve until standard input ends; return 1 if the model cannot be served."""
    order = json.loads(sys.stdin.readline() or "{}")
    threading.Thread(target=_end_with_input, name="watch-input", daemon=True).start()
    try:
        server = _serve(order["model"], order["alias"], order["key"])
    except (ImportError, OSError, RuntimeError, KeyError) as error:
        _say(error=f"{type(error).__name__}: {error}")
        return 1
    _say(address=server.listening_address)
    threading.Event().wait()
    return 0


def _serve(model: str, alias: str, key: str) -> Any:
    """Start the server on a free port of the loopback and return it; it serves as long as it is referenced."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.model_alias = {alias}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [key]
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = SLOTS
    parameters.kv_unified = True
    parameters.cache_ram_mib = 0  # finished prompts would pile up in memory, by default up to 8 GB
    # Two threads collapse as soon as the machine is busy: they wait for each other in a spin.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.warmup = False
    parameters.ui = False
    parameters.verbosity = 1  # errors only
    return xllamacpp.Server(parameters)


def _end_with_input() -> None:
    # Not through sys.stdin: its lock, held by this thread, would abort the interpreter when main returns.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)  # the server's own clean-up may wait for a generation; nothing here needs cleaning


def _say(**fields: str) -> None:
    print(json.dumps(fields), flush=True)  # noqa: T201 - the first line of the protocol with the parent


if __name__ == "__main__":
    sys.exit(main())
