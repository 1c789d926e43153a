"""Start pytest so that its report repeats, above its closing line, how the checks before it went.

Runs in the environment, as a script; must not know the other steps.
"""

import json
import os
import sys

import pytest


class ChecksReport:
    """Adds the section `checks` to pytest's report."""

    def __init__(self, results: list[dict[str, object]]) -> None:
        self._results = results

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write one line for each check (a pytest hook)."""
        if not self._results:
            return
        terminalreporter.section("checks before the tests")
        for result in self._results:
            outcome = "ok" if result["passed"] else "FAILED"
            terminalreporter.write_line(
                f"{result['name']:<14} {outcome:<6} {result['seconds']:6.1f} s",
                green=bool(result["passed"]),
                red=not result["passed"],
            )


if __name__ == "__main__":
    report = ChecksReport(json.loads(os.environ.pop("QUILLPANE_CHECK_RESULTS", "[]")))
    sys.exit(pytest.main(sys.argv[1:], plugins=[report]))
