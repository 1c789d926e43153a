"""After a long day of use the key is nowhere: in no file, no log, no export, no report, no argument, no environment.

Run by pytest, the test starts this file again as a program of its own; run as a program, it lives through the day in a
folder, reads its secrets from standard input, and prints what its process shows of itself to others.
"""

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import traceback
import uuid
from base64 import b64encode
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from app.assembly import Services, assemble
from app.concurrency.tasks import TaskScope
from app.domain.document import Draft
from app.domain.errors import ExpectedError
from app.domain.parameters import SamplingParameters
from app.domain.profile import Network, Profile
from app.domain.run import Run
from app.runtime.errors import ErrorHub
from app.runtime.logs import hide, start_log
from app.services.doctor_words import explain_diagnosis
from app.services.explain import explain
from tests.relay import Received, Relay, html_answer, json_answer, redirect
from tests.relay.answers import Answer
from tests.relay.completion_server import completion_server
from tests.relay.errors import openai_error

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "key": "sk-Zk3qv9T0bXw7Lr5Np2Yd",
    "wrong": "hQ7mLx2Vt9Rk4Wc0Jb5s",  # of no shape that anybody would know for a key
    "password": "correct-horse-battery",
}
MARK = "find me"


def test_the_key_is_nowhere_after_a_long_day(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    done = subprocess.run(
        [sys.executable, __file__, str(tmp_path)],
        input=json.dumps(SECRETS),
        env=os.environ
        | {
            "HOME": str(tmp_path / "home"),
            "XDG_DATA_HOME": str(tmp_path / "home" / "data"),
            "XDG_CONFIG_HOME": str(tmp_path / "home" / "config"),
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    contents = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"quillpane.db", "settings.json", "quillpane.log", "export.json", "report.txt", "terminal.txt"} <= set(
        contents
    )
    contents |= {"standard output": done.stdout.encode(), "standard error": done.stderr.encode()}
    for name in ("quillpane.db", "quillpane.log", "export.json", "report.txt", "terminal.txt", "standard output"):
        assert any(form in contents[name] for form in forms(MARK)), f"{name} does not hold what it should"
    for name, secret in SECRETS.items():
        found = [place for place, content in contents.items() if any(form in content for form in forms(secret))]
        assert not found, f"the {name} is in {found}"


def forms(text: str) -> set[bytes]:
    """Return a text as it may be written down."""
    raw = text.encode()
    shifted = {b64encode(b" " * shift + raw)[4 if shift else 0 : -4] for shift in range(3)}
    return {raw, text.encode("utf-16-le"), quote(text).encode(), raw.hex().encode(), raw[::-1], *shifted}


# --- the day ----------------------------------------------------------------------------------------------------------


@dataclass
class Day:
    """One run of the program, with what it shows of itself."""

    folder: Path
    services: Services
    hub: ErrorHub
    relay: Relay
    key: str
    wrong: str
    password: str

    async def live(self) -> None:
        """Use everything that meets a key."""
        connections = self.services.connections
        saved = await connections.add(Profile("", MARK, self.relay.base_url), self.key)
        profile = saved.profile
        connections.choose("write", profile.id, "first")
        connections.set_favourite(profile.id, "second", True)
        assert [model.id for model in await connections.models(profile)] == ["first", "second"]
        assert await self.ask(profile) == ""
        await self.check(profile)
        await self.services.drafts.save("write", Draft(MARK))
        await self.meet_trouble(profile)
        await connections.replace_key(profile, self.wrong)
        assert "not accepted" in await self.ask(profile)
        await connections.replace_key(profile, self.key)
        await self.go_through_a_proxy()
        await self.terminal()
        exported = connections.export([each.id for each in connections.all()])
        (self.folder / "export.json").write_text(exported.text + "".join(map(str, exported.stripped)), "utf-8")
        await connections.take(connections.import_(exported.text))
        await self.crash()
        assert await connections.forget_everything() == ()
        await connections.remove(profile.id)

    async def ask(self, profile: Profile) -> str:
        """Complete a text, kept as the window keeps it; return what went wrong."""
        run = Run(uuid.uuid4().hex, datetime.now(UTC), MARK, "first", profile.id, SamplingParameters(max_tokens=5))
        try:
            async with aclosing(self.services.generation.generate(run)) as events:
                async for _ in events:
                    pass
        except ExpectedError as error:
            logging.getLogger("day").warning("%s", MARK, exc_info=True)
            return f"{explain(error)} {error.detail}"
        return ""

    async def check(self, profile: Profile) -> None:
        """Check a connection, with the doctor's word on what fails."""
        async with aclosing(self.services.check.run(profile, "first")) as results:
            async for result in results:
                why = await self.services.doctor.diagnose(result.error, profile) if result.error else None
                logging.getLogger("day").warning("%s %r %s", MARK, result, explain_diagnosis(why) if why else "")

    async def meet_trouble(self, profile: Profile) -> None:
        """Let the server say the key back in every way that it might."""

        def said_back(received: Received) -> Answer:
            return json_answer(openai_error(f"Incorrect API key provided: {received.key}. {MARK}"), 401)

        for answer in (
            said_back,
            html_answer(502, f"Bad gateway {self.key}"),
            html_answer(200, f"Welcome {self.key}"),
            json_answer({"choices": f"{self.key}"}),
            redirect(f"http://127.0.0.1:9/?key={self.key}"),
        ):
            self.relay.on("POST", "/v1/completions", answer)
            assert await self.ask(profile)
            await self.check(profile)
        completion_server(self.relay, key=self.key, models=("first", "second"))

    async def go_through_a_proxy(self) -> None:
        """Use a proxy with a login that is not there."""
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        network = Network(proxy=f"http://127.0.0.1:{port}", proxy_user="me", connect_timeout=2.0)
        away = Profile("", "Away", "http://relay.invalid/v1", network=network)
        saved = await self.services.connections.add(away, self.key, self.password)
        assert await self.ask(saved.profile)
        await self.services.connections.update(replace(saved.profile, base_url="http://other.invalid/v1"))

    async def terminal(self) -> None:
        """Add a connection and look at what there is, in a terminal of the same data folder."""
        shown = b""
        for arguments, given in (
            (("connections", "add", "--yes"), f"{self.relay.base_url} {MARK}\nkey: {self.key}\n"),
            (
                ("connections", "add", "--yes", "--name", "Again"),
                f"curl {self.relay.base_url} -H 'api-key: {self.key}'",
            ),
            (("connections", "list"), ""),
            (("connections", "check", "again", "--yes"), ""),
            (("doctor", MARK), ""),
            (("complete", MARK, "--base-url", self.relay.base_url, "--model", "first", "--json"), ""),
        ):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "app", "--data-dir", str(self.folder / "data"), *arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
            output, _ = await process.communicate(given.encode())
            shown += output
        (self.folder / "terminal.txt").write_bytes(shown)

    async def crash(self) -> None:
        """Break in every way that reaches the error hub, with keys in what broke."""
        reports: list[str] = []
        self.hub.tell(reports.append)
        for secret in (self.key, self.wrong, self.password):
            await self.services.connections.add(Profile("", "Known", "https://known.example"), secret)
            scope = TaskScope(self.hub.on_crash)
            scope.start(MARK, break_with(secret))
            await scope.join(MARK)
            await scope.aclose()
            with suppress(KeyError):
                await break_with(secret)
            logging.getLogger("day").error("Authorization: Bearer %s, %r", secret, {"key": secret})
            loop = asyncio.get_running_loop()
            loop.call_exception_handler({"message": f"{MARK} {secret}", "exception": ValueError(secret)})
            loop.call_exception_handler({"message": f"{MARK} {secret}"})
        assert len(reports) >= 2, "one for each kind of error: without their keys they are alike"
        (self.folder / "report.txt").write_text("\n".join(reports), "utf-8")


async def break_with(secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}"}
    raise KeyError(f"{MARK}: {headers}")


def shown_to_others() -> str:
    """Return what other programs can read of this process and its children."""
    shown = [MARK, *sys.argv, *(f"{name}={value}" for name, value in os.environ.items())]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            status = (process / "stat").read_text("utf-8").rpartition(")")[2].split()
            if str(os.getpid()) in {process.name, status[1]}:
                files = (process / name for name in ("cmdline", "environ", "comm"))
                shown += [file.read_bytes().decode(errors="replace").replace("\0", "\n") for file in files]
    return "\n".join(shown)


async def main(folder: Path, secrets: dict[str, str]) -> None:
    async with Relay() as relay:
        completion_server(relay, key=secrets["key"], models=("first", "second"))
        services = assemble(folder / "data")
        hide(services.connections.known_secrets)
        start_log(services.paths.logs_dir)
        hub = ErrorHub()
        hub.install(asyncio.get_running_loop())
        try:
            await Day(folder, services, hub, relay, **secrets).live()
            sys.stdout.write(f"{shown_to_others()}\n{services!r}\n{services.connections!r}\n")
        finally:
            await services.aclose()


if __name__ == "__main__":
    from PySide6.QtCore import QCoreApplication

    from app.runtime.loop import make_loop

    qt = QCoreApplication([])
    try:
        with asyncio.Runner(loop_factory=lambda: make_loop(qt)) as runner:
            runner.run(main(Path(sys.argv[1]), json.loads(sys.stdin.read())))
    except BaseException:
        traceback.print_exc()
        raise
