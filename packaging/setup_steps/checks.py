"""The checks that run before the tests: each has a name, a duration and an outcome.

Owns running and reporting them; must not know how the environment came to be.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from setup_steps import translations
from setup_steps.checkout import Checkout, SetupError, say

RESULTS = "QUILLPANE_CHECK_RESULTS"  # the environment variable that hands the results to pytest's closing report


@dataclass(frozen=True)
class Check:
    """A named check; `run` returns what is wrong, and nothing when all is well."""

    name: str
    run: Callable[[], str]


@dataclass(frozen=True)
class Result:
    """How one check went; seconds is its wall time."""

    name: str
    passed: bool
    seconds: float


def all_checks(checkout: Checkout) -> list[Check]:
    """Return the checks of the project, in the order they run."""
    python = str(checkout.python)
    return [
        Check("ruff check", _program(checkout, checkout.program("ruff"), "check", "--quiet")),
        Check("ruff format", _program(checkout, checkout.program("ruff"), "format", "--check", "--quiet", "--diff")),
        Check("mypy", _program(checkout, python, "-m", "mypy", "--no-error-summary")),
        Check("lint-imports", _program(checkout, checkout.program("lint-imports"), "--no-logo")),
        Check("translations", lambda: "\n".join(translations.problems(checkout))),
    ]


def run_checks(checks: Sequence[Check]) -> list[Result]:
    """Run all checks, also after one has failed, printing each one's name, outcome and duration."""
    results = []
    for check in checks:
        began = time.perf_counter()
        try:
            wrong = check.run()
        except SetupError as error:
            wrong = str(error)
        result = Result(check.name, not wrong, time.perf_counter() - began)
        if wrong:
            say(wrong.rstrip())
        say(line_for(result))
        results.append(result)
    return results


def line_for(result: Result) -> str:
    """Return the line that reports a result."""
    return f"{result.name:<14} {'ok' if result.passed else 'FAILED':<6} {result.seconds:6.1f} s"


def run_pytest(checkout: Checkout, arguments: Sequence[str], results: Sequence[Result]) -> bool:
    """Run the tests; pytest's own report repeats the results just above its closing line. Say whether all passed."""
    environment = {**os.environ, RESULTS: json.dumps([asdict(result) for result in results])}
    # -P: the folder of the script must not be searched for modules.
    command = [
        str(checkout.python),
        "-P",
        str(checkout.root / "packaging" / "setup_steps" / "pytest_run.py"),
        *arguments,
    ]
    return subprocess.run(command, cwd=checkout.root, env=environment, check=False).returncode == 0


def _program(checkout: Checkout, *command: str) -> Callable[[], str]:
    def run() -> str:
        done = subprocess.run(
            command,
            cwd=checkout.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return "" if done.returncode == 0 else done.stdout or f"exit code {done.returncode}"

    return run
