"""`quillpane doctor`: what is installed and what answers.

Must not know how anything is found out.
"""

import argparse

from app.cli.running import run_async, services_of
from app.cli.terminal import DONE, FAILED, say
from app.services import diagnosis


def diagnose(options: argparse.Namespace) -> int:
    """Print each fact as soon as it is known; return the exit code."""
    return run_async(_diagnose(options))


async def _diagnose(options: argparse.Namespace) -> int:
    is_ok = True
    async with services_of(options) as services:
        async for finding in diagnosis.diagnose(services.paths.data_dir, services.connections, services.local_model):
            say(f"{'' if finding.is_ok else '! '}{finding.name}: {finding.value}")
            is_ok = is_ok and finding.is_ok
    return DONE if is_ok else FAILED
