"""The commands of packaging/dev.py: what each needs, in which order, and how its outcome becomes an exit code.

Owns the command line; each step lies in its own module.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from setup_steps import translations
from setup_steps.checkout import THIS, Checkout, SetupError, say
from setup_steps.checks import all_checks, run_checks, run_pytest
from setup_steps.environment import Environment
from setup_steps.locks import regenerate
from setup_steps.system_packages import ensure_system_packages

USAGE = """usage: python3 packaging/dev.py COMMAND [arguments]

  run          set up, then open the window; without a display, drive it offscreen with the sample prompt
  test         set up, then run every check and every test; arguments go to pytest
  bench        set up, then measure the figures; arguments go to packaging/bench
  screenshots  set up, then save a picture of each state of the window into the folder named, or out/screenshots

for maintainers
  translations draw the strings of the sources into resources/i18n/*.ts and compile them
  lock         write packaging/requirements/*.txt anew; --upgrade takes the newest versions
  model        install the built-in model where an earlier run had to leave it out
"""
# Arguments with which the program needs no display.
WINDOWLESS = frozenset({"complete", "chat", "doctor", "--version", "--help", "-h"})


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code."""
    commands: dict[str, Callable[[Checkout, Sequence[str]], int]] = {
        "run": run,
        "test": test,
        "bench": bench,
        "screenshots": screenshots,
        "translations": update_translations,
        "lock": lock,
        "model": add_model,
    }
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        say(USAGE)
        return 0 if arguments else 2
    if arguments[0] not in commands:
        print(f"There is no command {arguments[0]!r}.\n\n{USAGE}", file=sys.stderr)
        return 2
    try:
        return commands[arguments[0]](THIS, arguments[1:])
    except SetupError as error:
        sys.stdout.flush()
        print(error, file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130


def run(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Open the window, or drive it offscreen where there is no display."""
    _set_up(checkout, testing=False)
    if has_display(os.environ, sys.platform) or not WINDOWLESS.isdisjoint(arguments):
        return _start(checkout, ["-P", "-m", "app", *arguments])
    return _start(
        checkout, [str(checkout.root / "packaging" / "drive.py"), *arguments], {"QT_QPA_PLATFORM": "offscreen"}
    )


def test(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Run the checks, then the tests; the arguments are pytest's."""
    _set_up(checkout, testing=True)
    results = run_checks(all_checks(checkout))
    passed = run_pytest(checkout, arguments, results)
    return 0 if passed and all(result.passed for result in results) else 1


def bench(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Measure the figures."""
    _set_up(checkout, testing=True)
    return _start(checkout, [str(checkout.root / "packaging" / "bench"), *arguments])


def screenshots(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Take the screenshots."""
    _set_up(checkout, testing=False)
    environment = {} if has_display(os.environ, sys.platform) else {"QT_QPA_PLATFORM": "offscreen"}
    folder = arguments or [str(checkout.root / "out" / "screenshots")]
    return _start(checkout, [str(checkout.root / "packaging" / "drive.py"), "--screenshots", *folder], environment)


def update_translations(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Draw the strings of the sources into the translation files and compile them."""
    _no_more(arguments)
    ensure_system_packages(checkout, os.environ, testing=False)
    Environment(checkout).ensure(["runtime"])
    translations.update(checkout)
    translations.compile_all(checkout)
    for line in (lines := translations.problems(checkout)):
        say(line)
    say(f"{len(lines)} strings still to do" if lines else "every string is translated")
    return 0


def lock(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Write the lock files anew."""
    _no_more(argument for argument in arguments if argument != "--upgrade")
    regenerate(checkout, upgrade="--upgrade" in arguments)
    return 0


def add_model(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Install the built-in model, and fail where that is impossible."""
    _no_more(arguments)
    Environment(checkout).ensure(["runtime", "model"])
    return 0


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Say whether a window can be shown: always but on Linux without an X or Wayland display."""
    return platform != "linux" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _set_up(checkout: Checkout, *, testing: bool) -> None:
    ensure_system_packages(checkout, os.environ, testing=testing)
    environment = Environment(checkout)
    if testing:
        environment.ensure(["test", "model"])
    else:
        environment.ensure(["runtime"], optional=["model"])
    translations.compile_all(checkout)


def _start(checkout: Checkout, arguments: Sequence[str], changes: Mapping[str, str] | None = None) -> int:
    """Go over to the environment's Python; its exit code is ours."""
    command = [str(checkout.python), *arguments]
    environment = {**os.environ, **(changes or {})}
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)  # noqa: S606 - our own interpreter; signals reach it directly
    with subprocess.Popen(command, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the child has it too, and ends in its own time


def _no_more(arguments: object) -> None:
    if left := list(arguments):  # type: ignore[call-overload]
        raise SetupError(f"This command takes no {left[0]!r}.", 2)
