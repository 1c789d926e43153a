"""The services set up in Chatbox, read from the file that its data backup writes.

Owns the shape of that file. Must not know where the file lies; conversations in it are passed over.

The shape was read from Chatbox's public source (the export and its migrations, versions of 2025 and of April 2026) and
has not been checked against a file written by the program itself:

- Since its configuration version 10: `settings.providers` maps an id to `apiKey`, `apiHost`, `apiPath` and `models`
  (`modelId`, `type`); `settings.customProviders` holds `id`, `name` and `type` of the user's own; `favoritedModels`
  holds pairs of `provider` and `model`. Keys are in the file only where "API KEY & License" was ticked.
- Before: flat fields (`openaiKey`, `apiHost`, `ollamaHost` …), and `customProviders` with `name`, `host`, `path`,
  `key`, `model` and `modelOptions`.
- One service as Chatbox takes it from the clipboard: `id`, `name`, `type` and `settings` as above.

That values may be JSON within a string was seen in another program's tests only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.address_text import read_address
from app.domain.exchange import FoundConnection, ImportProblem, Trouble, read_json
from app.domain.key_text import is_placeholder, may_be_key
from app.domain.profile import normalise_key
from app.domain.profile_codec import one_line

_LONGEST = 300_000_000  # a backup holds all conversations, with their pictures
_MOST = 200


@dataclass(frozen=True, slots=True)
class _Kind:
    """A service that Chatbox knows by itself; `host` is "" where it speaks a protocol of its own."""

    title: str
    host: str = ""


_KINDS = {
    "openai": _Kind("OpenAI", "https://api.openai.com"),
    "openai-responses": _Kind("OpenAI", "https://api.openai.com"),
    "deepseek": _Kind("DeepSeek", "https://api.deepseek.com"),
    "siliconflow": _Kind("SiliconFlow", "https://api.siliconflow.cn"),
    "silicon-flow": _Kind("SiliconFlow", "https://api.siliconflow.cn"),
    "ppio": _Kind("PPIO", "https://api.ppinfra.com/v3/openai"),
    "ollama": _Kind("Ollama", "http://127.0.0.1:11434"),
    "lm-studio": _Kind("LM Studio", "http://127.0.0.1:1234"),
    "groq": _Kind("Groq", "https://api.groq.com/openai"),
    "openrouter": _Kind("OpenRouter", "https://openrouter.ai/api/v1"),
    "xAI": _Kind("xAI", "https://api.x.ai"),
    "mistral-ai": _Kind("Mistral", "https://api.mistral.ai/v1"),
    "perplexity": _Kind("Perplexity", "https://api.perplexity.ai"),
    "volcengine": _Kind("VolcEngine", "https://ark.cn-beijing.volces.com/api/v3"),
    "chatglm-6b": _Kind("ChatGLM", "https://open.bigmodel.cn/api/paas/v4"),
    "moonshot": _Kind("Moonshot", "https://api.moonshot.ai/v1"),
    "moonshot-cn": _Kind("Moonshot", "https://api.moonshot.cn/v1"),
    "qwen": _Kind("Qwen", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
    "minimax": _Kind("MiniMax", "https://api.minimax.io/v1"),
    "minimax-cn": _Kind("MiniMax", "https://api.minimaxi.com/v1"),
    "claude": _Kind("Claude"),
    "gemini": _Kind("Gemini"),
    "azure": _Kind("Azure OpenAI"),
    "chatbox-ai": _Kind("Chatbox AI"),
    "qwen-portal": _Kind("Qwen Portal"),
}
_LOCAL = {"ollama", "lm-studio"}
_OUR_TYPES = {"", "openai", "openai-responses"}

# The flat fields of before: the id of today, then the fields of key, host and model.
_FLAT = (
    ("openai", "openaiKey", "apiHost", "model"),
    ("claude", "claudeApiKey", "", "claudeModel"),
    ("gemini", "geminiAPIKey", "", "geminiModel"),
    ("deepseek", "deepseekAPIKey", "", "deepseekModel"),
    ("siliconflow", "siliconCloudKey", "siliconCloudHost", "siliconCloudModel"),
    ("ppio", "ppioKey", "ppioHost", "ppioModel"),
    ("groq", "groqAPIKey", "", "groqModel"),
    ("xAI", "xAIKey", "", "xAIModel"),
    ("perplexity", "perplexityApiKey", "", "perplexityModel"),
    ("chatglm-6b", "chatglmApiKey", "", "chatglmModel"),
    ("azure", "azureApikey", "", ""),
    ("ollama", "", "ollamaHost", "ollamaModel"),
    ("lm-studio", "", "lmStudioHost", "lmStudioModel"),
)


@dataclass(frozen=True, slots=True)
class FromChatbox:
    """The services found in a backup, and why others were not taken."""

    connections: tuple[FoundConnection, ...] = ()
    problems: tuple[ImportProblem, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class _Entry:
    """One service as it stands in the file, whatever the file's age."""

    kind: str
    name: str
    type: str
    host: str
    path: str
    key: str
    models: tuple[str, ...]

    def __repr__(self) -> str:
        """Show the name and never the key."""
        return f"_Entry({self.name!r})"


def from_chatbox(text: str) -> FromChatbox:
    """Return the services that a Chatbox backup holds, to be shown before any is taken over; nothing is raised."""
    data, trouble = read_json(text, _LONGEST)
    if trouble is not None:
        return FromChatbox(problems=(ImportProblem(trouble),))
    settings = _object(data.get("settings"))
    if not settings:
        is_backup = any(name.startswith("__exported") for name in data)
        return FromChatbox(problems=(ImportProblem(Trouble.EMPTY if is_backup else Trouble.NOT_READABLE),))
    entries = list(_one_service(data, settings) or _services(settings))
    found: list[FoundConnection] = []
    problems: list[ImportProblem] = [ImportProblem(Trouble.TOO_MANY)] if len(entries) > _MOST else []
    for entry in entries[:_MOST]:
        if _is_foreign(entry):
            problems += [ImportProblem(Trouble.OTHER_PROTOCOL, entry.name)] if entry.key else []
        elif _was_set_up(entry):
            connection = _connection(entry)
            found += [connection] if connection else []
            problems += [] if connection else [ImportProblem(Trouble.NO_CONNECTION, entry.name)]
    if not found and not problems:
        problems.append(ImportProblem(Trouble.EMPTY))
    return FromChatbox(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(problems)))


def _one_service(data: Mapping[str, object], settings: Mapping[str, object]) -> list[_Entry]:
    """Return the service of a text that holds only one; [] for a backup."""
    if "providers" in settings or not isinstance(data.get("id"), str):
        return []
    return [_entry(one_line(data.get("id")), data, settings, settings.get("models"))]


def _services(settings: Mapping[str, object]) -> Iterator[_Entry]:
    customs = [_object(custom) for custom in _list(settings.get("customProviders"))]
    by_id = {one_line(custom.get("id")): custom for custom in customs if custom.get("id")}
    favourites = [_object(pair) for pair in _list(settings.get("favoritedModels"))]
    providers = _object(settings.get("providers"))
    for kind, value in providers.items():
        liked = [pair.get("model") for pair in favourites if pair.get("provider") == kind]
        provider = _object(value)
        yield _entry(kind, by_id.get(kind, {}), provider, [*liked, *_list(provider.get("models"))])
    for custom in customs:
        if custom.get("host"):
            models = [custom.get("model"), *_list(custom.get("modelOptions"))]
            renamed = {"apiHost": custom.get("host"), "apiPath": custom.get("path"), "apiKey": custom.get("key")}
            yield _entry("custom", {"name": custom.get("name")}, renamed, models)
    for kind, key, host, model in _FLAT:
        if kind not in providers and (settings.get(key) or settings.get(host)):
            renamed = {"apiKey": settings.get(key), "apiHost": settings.get(host)}
            models = [settings.get(model), *(_openai_models(settings) if kind == "openai" else [])]
            yield _entry(kind, {}, renamed, models)


def _openai_models(settings: Mapping[str, object]) -> list[object]:
    return [settings.get("openaiCustomModel"), *_list(settings.get("openaiCustomModelOptions"))]


def _entry(kind: str, base: Mapping[str, object], values: Mapping[str, object], models: object) -> _Entry:
    known = _KINDS.get(kind)
    key = normalise_key(one_line(values.get("apiKey")))
    host = one_line(values.get("apiHost"))
    return _Entry(
        kind,
        one_line(base.get("name")) or (known.title if known else kind),
        one_line(base.get("type")),
        host,
        one_line(values.get("apiPath")),
        "" if is_placeholder(key) or not may_be_key(key) else key,
        _model_ids(models),
    )


def _model_ids(models: object) -> tuple[str, ...]:
    """Return the ids of the models that are for text, each once."""
    ids = []
    for model in _list(models)[:1_000]:
        entry = _object(model)
        if isinstance(model, str):
            ids.append(one_line(model))
        elif entry.get("type") in {None, "chat"}:
            ids.append(one_line(entry.get("modelId")))
    return tuple(dict.fromkeys(each for each in ids if each and each != "custom-model"))


def _is_foreign(entry: _Entry) -> bool:
    known = _KINDS.get(entry.kind)
    return not known.host if known else entry.type not in _OUR_TYPES


def _was_set_up(entry: _Entry) -> bool:
    """Tell whether the user did something about a service; Chatbox writes those it only offers as well."""
    known = _KINDS.get(entry.kind)
    if entry.key or known is None:
        return True
    return bool(entry.host) and (entry.kind in _LOCAL or entry.host != known.host)


def _connection(entry: _Entry) -> FoundConnection | None:
    """Return the connection of an entry; None where its address cannot be read."""
    known = _KINDS.get(entry.kind)
    host = entry.host or (known.host if known else "")
    address = read_address(host + (f"/{entry.path.lstrip('/')}" if host and entry.path else ""))
    return FoundConnection(entry.name, address.root, entry.key, entry.models) if address else None


def _object(value: object) -> Mapping[str, object]:
    """Return a JSON object, be it within a string, or an empty one."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        return read_json(value, _LONGEST)[0]
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
