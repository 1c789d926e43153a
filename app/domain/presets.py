"""The servers that people know by name: where they answer, what they need, what to expect of them.

Owns facts about vendors, relays and local servers (protocol 1, the table of back-ends beside Q1 to Q30). Must not know
connections in use, and asks no server anything.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.domain.marking import QT_TRANSLATE_NOOP
from app.domain.profile import Dialect, InvalidAddressError, Profile, is_loopback, normalise_address

TASK_SERVICES = frozenset({"midjourney", "suno", "luma"})
"""The slow services that relays put beside `/v1` (protocol 0.4)."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One kind of server, as a start for a connection.

    `title` and `notes` are marked for translation in the context "Presets"; a title that is a proper name is not.
    `address` is an API root, "" where each user has their own. `needs_key` tells whether requests without a key are
    refused; where it is False, a key may still be set. `completions_address` is the API root of `/completions` where
    that is another one (Q10). `task_services` names what is served beside `/v1`, of `TASK_SERVICES`.
    """

    id: str
    title: str
    notes: tuple[str, ...]
    address: str = ""
    needs_key: bool = True
    dialect: Dialect = field(default_factory=Dialect)
    task_services: frozenset[str] = frozenset()
    max_stop_sequences: int = 4
    completions_address: str = ""

    def profile(self, profile_id: str, name: str, address: str = "") -> Profile:
        """Return a connection to this kind of server, at `address` or else at the preset's own.

        Raises:
            InvalidAddressError: There is neither, or it cannot be read.
        """
        root = api_root(address or self.address)
        return Profile(profile_id, name, root, preset=self.id, dialect=self.dialect)


_NO_PROBABILITIES_AS_NUMBER = QT_TRANSLATE_NOOP(
    "Presets", "Probabilities are usually refused; the run then goes on without them."
)
_MAY_ANSWER = QT_TRANSLATE_NOOP(
    "Presets", "The prompt may be wrapped in a chat, so that the model answers instead of continuing."
)

PRESETS: tuple[Preset, ...] = (
    Preset(
        "seed-relay",
        QT_TRANSLATE_NOOP("Presets", "Relay"),
        (
            QT_TRANSLATE_NOOP(
                "Presets", "Text, chat, pictures, Midjourney, music, video, speech and embeddings with one key."
            ),
            _NO_PROBABILITIES_AS_NUMBER,
        ),
        task_services=TASK_SERVICES,
    ),
    Preset(
        "new-api",
        QT_TRANSLATE_NOOP("Presets", "Relay (new-api)"),
        (
            QT_TRANSLATE_NOOP("Presets", "The settings echo, best_of and logit bias are lost on the way."),
            _NO_PROBABILITIES_AS_NUMBER,
        ),
        dialect=Dialect(suno="newapi"),
        task_services=TASK_SERVICES,
    ),
    Preset(
        "one-api",
        QT_TRANSLATE_NOOP("Presets", "Relay (one-api)"),
        (
            QT_TRANSLATE_NOOP("Presets", "No Midjourney, music or video."),
            QT_TRANSLATE_NOOP("Presets", "The settings echo, best_of and suffix may be lost on the way."),
            _NO_PROBABILITIES_AS_NUMBER,
        ),
    ),
    Preset(
        "openai",
        "OpenAI",
        (
            QT_TRANSLATE_NOOP("Presets", "Only a few older models complete text; all others chat."),
            QT_TRANSLATE_NOOP("Presets", "Echo and probabilities do not go together."),
        ),
        address="https://api.openai.com/v1",
    ),
    Preset(
        "deepseek",
        "DeepSeek",
        (
            QT_TRANSLATE_NOOP("Presets", "Text completion and filling a gap answer at the address that ends in /beta."),
            QT_TRANSLATE_NOOP("Presets", "There is no seed: the same settings may bring other words."),
        ),
        address="https://api.deepseek.com/v1",
        max_stop_sequences=16,
        completions_address="https://api.deepseek.com/beta",
    ),
    Preset(
        "openrouter",
        "OpenRouter",
        (_MAY_ANSWER, QT_TRANSLATE_NOOP("Presets", "Most of the models send no probabilities.")),
        address="https://openrouter.ai/api/v1",
    ),
    Preset(
        "ollama",
        "Ollama",
        (_MAY_ANSWER, QT_TRANSLATE_NOOP("Presets", "Text completion brings one candidate and no probabilities.")),
        address="http://127.0.0.1:11434/v1",
        needs_key=False,
    ),
    Preset(
        "lm-studio",
        "LM Studio",
        (
            QT_TRANSLATE_NOOP("Presets", "Its local server must be started first, in LM Studio itself."),
            QT_TRANSLATE_NOOP("Presets", "Text completion brings no probabilities."),
        ),
        address="http://127.0.0.1:1234/v1",
        needs_key=False,
    ),
    Preset(
        "llama.cpp",
        "llama.cpp",
        (
            QT_TRANSLATE_NOOP("Presets", "Continues text as it stands and sends probabilities."),
            QT_TRANSLATE_NOOP("Presets", "The number of candidates is limited by the slots it was started with."),
        ),
        address="http://127.0.0.1:8080/v1",
        needs_key=False,
    ),
    Preset(
        "vllm",
        "vLLM",
        (
            QT_TRANSLATE_NOOP("Presets", "Continues text as it stands and sends probabilities, for the prompt too."),
            QT_TRANSLATE_NOOP("Presets", "Filling a gap and an empty prompt are refused."),
        ),
        address="http://127.0.0.1:8000/v1",
        needs_key=False,
    ),
    Preset(
        "koboldcpp",
        "KoboldCpp",
        (
            QT_TRANSLATE_NOOP(
                "Presets", "Probabilities always come with five alternatives, however many were asked for."
            ),
        ),
        address="http://127.0.0.1:5001/v1",
        needs_key=False,
    ),
    Preset(
        "midjourney-proxy",
        "midjourney-proxy",
        (
            QT_TRANSLATE_NOOP("Presets", "Midjourney pictures only: no text, no chat."),
            QT_TRANSLATE_NOOP("Presets", "A key is needed only where the proxy was given a secret."),
        ),
        address="http://127.0.0.1:8080/v1",  # llama.cpp's port too; it is the likelier one there, and comes first
        needs_key=False,
        dialect=Dialect(mj_auth="mj-api-secret"),
        task_services=frozenset({"midjourney"}),
    ),
)

LOCAL_PORTS: tuple[int, ...] = (11434, 1234, 8080, 8000, 5001)
"""Where servers on this computer usually listen: Ollama, LM Studio, llama.cpp, vLLM, KoboldCpp."""

# Hosts whose API does not stand at /v1 of their address; a pasted address often lacks the rest.
_ROOT_PATHS = {
    "openrouter.ai": "/api/v1",
    "api.groq.com": "/openai/v1",
    "open.bigmodel.cn": "/api/paas/v4",
    "dashscope.aliyuncs.com": "/compatible-mode/v1",
    "ark.cn-beijing.volces.com": "/api/v3",
    "generativelanguage.googleapis.com": "/v1beta/openai",
}
_CUT_SHORT = {"", "/v1", "/api/v1", "/openai", "/api", "/v1beta"}


def preset(preset_id: str) -> Preset | None:
    """Return the preset with this id, None for an unknown one."""
    return next((each for each in PRESETS if each.id == preset_id), None)


def preset_for(address: str) -> Preset | None:
    """Return the preset whose server is known to answer at an address, by its host or its port on this computer."""
    try:
        parts = urlsplit(normalise_address(address))
    except InvalidAddressError:
        return None
    host = parts.hostname or ""
    for each in PRESETS:
        own = urlsplit(each.address)
        if is_loopback(own.hostname or ""):
            if is_loopback(host) and own.port == parts.port:
                return each
        elif each.address and host == own.hostname:
            return each
    return None


def api_root(address: str) -> str:
    """Return the API root of a pasted address (Q10), mended where the host is known to keep it elsewhere than at /v1.

    Raises:
        InvalidAddressError: The text is empty or no http(s) address.
    """
    root = normalise_address(address)
    parts = urlsplit(root)
    path = _ROOT_PATHS.get(parts.hostname or "")
    return parts._replace(path=path).geturl() if path and parts.path in _CUT_SHORT else root


def local_address(port: int) -> str:
    """Return the API root of a server that listens at a port of this computer."""
    return f"http://127.0.0.1:{port}/v1"
