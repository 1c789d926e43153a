"""`quillpane doctor`: what is installed and what answers.

Must not know how anything is found out.
"""

import argparse

from app.cli.finding import find_connection
from app.cli.running import run_async, services_of
from app.cli.terminal import DONE, FAILED, say
from app.services import diagnosis


def diagnose(options: argparse.Namespace) -> int:
    """Print each fact as soon as it is known; return the exit code."""
    return run_async(_diagnose(options))


async def _diagnose(options: argparse.Namespace) -> int:
    is_ok = True
    async with services_of(options) as services:
        connections, doctor = services.connections, services.doctor
        if options.name:
            finding = await diagnosis.examine(connections, doctor, find_connection(connections.all(), options.name))
            return DONE if _show(finding) else FAILED
        findings = diagnosis.diagnose(services.paths.data_dir, connections, services.local_model, doctor)
        async for finding in findings:
            is_ok = _show(finding) and is_ok
    return DONE if is_ok else FAILED


def _show(finding: diagnosis.Finding) -> bool:
    """Print a fact, a fault with its mark; tell whether it is none."""
    say(f"{'' if finding.is_ok else '! '}{finding.name}: {finding.value}")
    return finding.is_ok
