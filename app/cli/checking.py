"""`quillpane connections check`: what a connection can do, step by step as it is found out.

Owns how a check is laid out. Must not know how anything is found out.
"""

import argparse
from contextlib import aclosing

from app.assembly import assemble
from app.cli.finding import find_connection, name_of
from app.cli.running import run_async, services_of
from app.cli.terminal import DONE, FAILED, INTERRUPTED, confirm, say
from app.domain.check import StepResult, StepState
from app.domain.profile import Profile
from app.services.check_words import TITLES, words_of
from app.services.doctor_words import explain_diagnosis

_MARKS = {StepState.OK: " ", StepState.FAILED: "!", StepState.SKIPPED: "-"}
_WIDTH = max(len(title) for title in TITLES.values())


def check(options: argparse.Namespace) -> int:
    """Say what a check would send, ask, and carry it out; return the exit code."""
    services = assemble(options.data_dir)  # nothing of it comes to life, and so nothing is to be closed
    profile = find_connection(services.connections.all(), options.name)
    plan = services.check.plan(profile, options.model)
    say(f"{name_of(profile)}  {profile.base_url}".rstrip())
    say(f"At most {plan.request_count} requests, with at most {plan.token_bound} generated tokens in all.")
    if not (options.yes or profile.is_built_in or confirm("Send them?")):
        return INTERRUPTED
    return run_async(_check(options, profile))


def line_of(result: StepResult, why: str = "") -> str:
    """Return what is said of a step that has ended; `why` is what the doctor says of its failure."""
    words = why or (words_of(result.detail) if result.detail else "")
    return f"{_MARKS.get(result.state, ' ')} {TITLES[result.step]:{_WIDTH}}  {words}".rstrip()


async def _check(options: argparse.Namespace, profile: Profile) -> int:
    is_ok = True
    async with services_of(options) as services:
        connections = services.connections
        chosen = connections.model() if connections.current().id == profile.id else ""
        model = options.model or chosen or next(iter(profile.favourites), "")
        async with aclosing(services.check.run(profile, model)) as results:
            async for result in results:
                if result.state is not StepState.RUNNING:
                    why = await services.doctor.diagnose(result.error, profile) if result.error else None
                    say(line_of(result, explain_diagnosis(why) if why else ""))
                is_ok = is_ok and result.state is not StepState.FAILED
    return DONE if is_ok else FAILED
