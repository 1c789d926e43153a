"""Start the program: the window, or the command that was asked for."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--serve-built-in-model"]:  # a frozen program is its own interpreter: services.local_model
        from app.services.local_model_server import main as serve

        return serve()
    from app.cli import parse, run

    options = parse(given)
    if options.command is not None:
        return run(options)
    import gc

    gc.disable()  # nothing that is imported is garbage; MainThreadCollector takes over after the first paint
    # Before Qt: once PySide6 is there, it reads the source of every module that is imported.
    import app.assembly  # noqa: F401 - for its order
    from app.bootstrap import run_window

    return run_window([], options.data_dir)


if __name__ == "__main__":
    sys.exit(main())
