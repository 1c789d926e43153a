"""Checking a connection: what will be sent, the steps as they happen, and what is known of the server.

Owns the translation of the words of steps and findings (`app.services.check_words`). Must not know HTTP, how steps are
made, or widgets.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Signal

from app.api import errors as api
from app.concurrency.tasks import TaskScope
from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.check import Detail, DetailKind, Plan, Step, StepResult, StepState
from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.domain.errors import ExpectedError
from app.domain.profile import BUILT_IN, Profile
from app.services.check_words import CONTEXT as CHECK_CONTEXT
from app.services.check_words import TITLES
from app.services.check_words import words_of as sentence_of
from app.services.doctor_words import CONTEXT, words_of
from app.viewmodels.costs import day_words
from app.viewmodels.texts import Problem, describe


class Checker(Protocol):
    """Who checks connections."""

    def plan(self, profile: Profile, model: str = "") -> Plan:
        """Return what a check would send; sends nothing."""

    def run(self, profile: Profile, model: str = "") -> AsyncGenerator[StepResult, None]:
        """Yield each step when it begins and when it ends."""


class Known(Protocol):
    """What is known of servers."""

    async def known(self, profile_id: str, model: str) -> CapabilityMap:
        """Return what is known of a model on a connection."""


Diagnose = Callable[[Profile, ExpectedError], Awaitable[Diagnosis]]
"""The doctor: looks closer at why a connection failed."""


class CheckRemedy(StrEnum):
    """What the button at a failed step does."""

    TRUST_FILE = "trust_file"
    NETWORK = "network"
    CONNECTION = "connection"
    EXTRAS = "extras"
    TRY_AGAIN = "try_again"
    NONE = "none"


_REMEDIES: tuple[tuple[tuple[type[ExpectedError], ...], CheckRemedy], ...] = (
    ((api.UnknownAuthorityError,), CheckRemedy.TRUST_FILE),
    ((api.ClientCertificateError, api.CertificateFileError, api.ProxyFailedError), CheckRemedy.NETWORK),
    ((api.ExtraFieldError,), CheckRemedy.EXTRAS),
    (
        (
            api.NameNotFoundError,
            api.ConnectionRefusedByServerError,
            api.WrongNameError,
            api.AuthError,
            api.QuotaError,
            api.NotFoundError,
            api.ProtocolError,
            api.RedirectRefusedError,
        ),
        CheckRemedy.CONNECTION,
    ),
)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step for the eye: a sign and a word beside the colour."""

    step: Step
    title: str
    state: StepState
    sign: str
    words: str
    problem: Problem | None = None
    remedy: CheckRemedy = CheckRemedy.NONE


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding for the eye."""

    title: str
    support: Support
    sign: str
    words: str
    detail: str
    learnt: str


_WORTH_KNOWING = frozenset(
    {
        DetailKind.NO_TLS,
        DetailKind.CANNOT_TELL,
        DetailKind.MODEL_NOT_LISTED,
        DetailKind.NO_LIST,
        DetailKind.IGNORED,
        DetailKind.REFUSED,
        DetailKind.ONE_CANDIDATE,
        DetailKind.TEMPLATE,
    }
)
"""What is no failure and yet not "works"."""


class CheckViewModel(QObject):
    """Check one connection and model at a time; what was learnt stays with the server's map."""

    plan_changed = Signal(str)
    models_changed = Signal()
    steps_reset = Signal()
    step_changed = Signal(object)  # StepLine: a new step, or a known one in another state
    is_running_changed = Signal(bool)
    finished = Signal(str)  # one sentence on what came of it
    findings_changed = Signal(object)  # tuple[FindingLine, ...]

    def __init__(
        self,
        checker: Checker,
        known: Known,
        tasks: TaskScope,
        parent: QObject | None = None,
        *,
        diagnose: Diagnose | None = None,
    ) -> None:
        super().__init__(parent)
        self._checker = checker
        self._diagnose = diagnose
        self._known = known
        self._tasks = tasks
        self._profile = BUILT_IN
        self._model = ""
        self._models: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        """Tell whether a check is under way."""
        return self._tasks.is_running("check")

    @property
    def model(self) -> str:
        """Return the model that is checked; "" for the first that the server lists."""
        return self._model

    @property
    def models(self) -> tuple[str, ...]:
        """Return the models to choose from: favourites first, then what the server listed."""
        return tuple(dict.fromkeys([*self._profile.favourites, *self._models]))

    def show_profile(self, profile: Profile, model: str = "") -> None:
        """Turn to a connection; a check of another one is stopped."""
        if (profile.id, profile.base_url) != (self._profile.id, self._profile.base_url):
            self.stop()
            self._models = ()
            self._model = model or (profile.favourites[0] if profile.favourites else "")
            self.steps_reset.emit()
        self._profile = profile
        self.models_changed.emit()
        self._tell_plan()
        self._tasks.start("known-of-server", self._tell_known())

    def offer_models(self, profile_id: str, models: Sequence[str]) -> None:
        """Let the user choose from what a server is known to list; nothing is asked for it."""
        if profile_id == self._profile.id:
            self._models = tuple(models)
            self.models_changed.emit()

    def set_model(self, model: str) -> None:
        """Choose the model to check; any text is allowed (Q28)."""
        if model.strip() != self._model:
            self._model = model.strip()
            self._tell_plan()
            self._tasks.start("known-of-server", self._tell_known())

    def start(self) -> None:
        """Check; each step comes as `step_changed`."""
        self.steps_reset.emit()
        self.is_running_changed.emit(True)
        self._tasks.start("check", self._check(self._profile, self._model))

    def stop(self) -> None:
        """Stop the check; what was learnt stays."""
        self._tasks.cancel("check")

    def _tell_plan(self) -> None:
        plan = self._checker.plan(self._profile, self._model)
        words = QCoreApplication.translate(
            "Check", "Sends at most {requests} tiny requests, with answers of {tokens} tokens in all."
        )
        locale = QLocale()
        self.plan_changed.emit(
            words.format(requests=locale.toString(plan.request_count), tokens=locale.toString(plan.token_bound))
        )

    async def _check(self, profile: Profile, model: str) -> None:
        last: dict[Step, StepLine] = {}
        words = QCoreApplication.translate("Check", "Stopped. What was learnt so far is kept.")
        try:
            async with aclosing(self._checker.run(profile, model)) as results:
                async for result in results:
                    line = step_line(result)
                    last[line.step] = line
                    self.step_changed.emit(line)
                    self._take(profile, result)
            words = _outcome(last.values())
        except ExpectedError as error:
            words = describe(error).title
        finally:
            self.is_running_changed.emit(False)
            self.finished.emit(words)
            self._tasks.start("known-of-server", self._tell_known())

    def _take(self, profile: Profile, result: StepResult) -> None:
        """Turn to the model that the check chose by itself, show what was just learnt, and ask why a step failed."""
        if result.state is StepState.FAILED and result.error is not None and self._diagnose is not None:
            self._tasks.start(f"diagnose-{result.step}", self._explain(profile, result, result.error, self._diagnose))
        if result.step is Step.MODEL_LIST and result.detail and not self._model:
            self._model = str(result.detail.values.get("model", ""))
            self.models_changed.emit()
        if result.findings:
            self._tasks.start("known-of-server", self._tell_known())

    async def _explain(self, profile: Profile, result: StepResult, error: ExpectedError, diagnose: Diagnose) -> None:
        problem = problem_of(await diagnose(profile, error))
        if profile == self._profile:
            self.step_changed.emit(replace(step_line(result), problem=problem))

    async def _tell_known(self) -> None:
        known = await self._known.known(self._profile.id, self._model)
        self.findings_changed.emit(finding_lines(known))


def step_line(result: StepResult) -> StepLine:
    """Return a step in words, with what to do where it failed."""
    kind = result.detail.kind if result.detail else None
    sign, word = {
        StepState.RUNNING: ("…", QCoreApplication.translate("Check", "under way")),
        StepState.OK: ("✓", QCoreApplication.translate("Check", "works")),
        StepState.FAILED: ("✕", QCoreApplication.translate("Check", "failed")),
        StepState.SKIPPED: ("–", QCoreApplication.translate("Check", "not tried")),
    }[result.state]
    if result.state is StepState.OK and kind in _WORTH_KNOWING:
        sign = "!"
    title = _say(TITLES[result.step])
    words = detail_words(result.detail) if result.detail else word
    problem = describe(result.error) if result.error is not None else None
    return StepLine(result.step, title, result.state, sign, words, problem, remedy_for(result.error))


def problem_of(diagnosis: Diagnosis) -> Problem:
    """Return what the doctor found, in words of the user's language; the server's own words stay behind Details."""
    described = describe(diagnosis.error) if diagnosis.error is not None else None
    if described is not None and diagnosis.kind is DiagnosisKind.OTHER:
        return described  # an error with words of its own
    words = words_of(diagnosis, lambda text: QCoreApplication.translate(CONTEXT, text) if text else "")
    return Problem(
        words.title, words.cause, words.advice, words.remedy, described.detail if described else diagnosis.said
    )


def detail_words(detail: Detail) -> str:
    """Return what is said of a step, with its values."""
    return sentence_of(detail, _say)


def _say(text: str) -> str:
    return QCoreApplication.translate(CHECK_CONTEXT, text)


def finding_lines(known: CapabilityMap) -> tuple[FindingLine, ...]:
    """Return everything that is known or could be, in the order of the check."""
    order = [Feature(name) for name in TITLES if name in set(Feature)]
    return tuple(_finding_line(feature, known.findings.get(feature)) for feature in order)


def _finding_line(feature: Feature, finding: Finding | None) -> FindingLine:
    support = Support.UNKNOWN if finding is None else finding.support
    sign, words = {
        Support.HONOURED: ("✓", QCoreApplication.translate("Check", "honoured")),
        Support.IGNORED: ("!", QCoreApplication.translate("Check", "ignored")),
        Support.REFUSED: ("✕", QCoreApplication.translate("Check", "refused")),
        Support.UNKNOWN: ("?", QCoreApplication.translate("Check", "not known yet")),
    }[support]
    title = _say(TITLES[feature])
    if finding is None:
        return FindingLine(title, support, sign, words, "", "")
    details = [finding.reason]
    if finding.maximum is not None:
        details.insert(0, QCoreApplication.translate("Check", "at most {number}").format(number=finding.maximum))
    learnt = day_words(finding.learnt.astimezone().date())
    return FindingLine(title, support, sign, words, " · ".join(part for part in details if part), learnt)


def remedy_for(error: ExpectedError | None) -> CheckRemedy:
    """Return where the cause of a failed step is mended."""
    for classes, remedy in _REMEDIES:
        if isinstance(error, classes):
            return remedy
    return CheckRemedy.TRY_AGAIN if error is not None else CheckRemedy.NONE


def _outcome(lines: Iterable[StepLine]) -> str:
    if any(line.state is StepState.FAILED for line in lines):
        return QCoreApplication.translate("Check", "Something does not work; see the step marked ✕.")
    return QCoreApplication.translate("Check", "This connection works.")
