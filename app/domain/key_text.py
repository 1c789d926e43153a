"""What a key looks like in a text: found, healed, told from a placeholder, and masked.

Owns the shapes of keys. Must not know where a key was found, kept or sent.
"""

import re
from itertools import pairwise

_DOTS = "•" * 6
_SHORTEST_SHOWN = 16
_LONGEST = 4_096

# The characters of a bearer token (RFC 6750); what is longer is no key.
_TOKEN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~+/-]*={0,2}")
# What the vendors and relays put in front of their keys.
_PREFIX = re.compile(
    r"(?:sk|csk|rk|ak|fk|pk|api)-|(?:sk|gsk|hf|fw|r8|cr)_|(?:xai|pplx|nvapi|or)-|tgp_v1_|AIza|eyJ", re.ASCII
)
# Found without any word around it, in prose or glued to Chinese words. Short beginnings need a longer rest.
_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9_./@%~+-])"
    r"(?:sk-|(?:csk|fk|xai|pplx|nvapi)-(?=[A-Za-z0-9]{12})|(?:gsk|hf|fw|r8|cr|sk)_(?=[A-Za-z0-9]{12})|tgp_v1_"
    r"|AIza(?=[A-Za-z0-9_-]{12})|eyJ[A-Za-z0-9_-]{8,}\.)"
    r"[A-Za-z0-9][A-Za-z0-9._~+/-]*+={0,2}+(?!\*+[A-Za-z0-9]|\*{3}|[•…])"
)
_WITHIN = re.compile(r"(?:sk-|gsk_|xai-|AIza)[A-Za-z0-9_-]{16,}")
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9_](?:[A-Za-z0-9_~+-]|\.(?=[A-Za-z0-9_~+-])){3,}={0,2}")
# Kinds of keys that are always this long: those of one-api, new-api and OpenAI's first, numbers and UUIDs.
_WHOLE = re.compile(
    r"sk-[A-Za-z0-9]{48}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)

_FILLER = re.compile(r"[xX*•.…·?_-]*")
_MASKED = re.compile(r"[*•…]|\.\.\.|xxxx", re.IGNORECASE)
_STAND_IN = re.compile(r"[$%{<\[].*")
_DUMMY_WORD = re.compile(r"yours?|insert|replace|here|placeholder|changeme|redacted|dummy|example", re.IGNORECASE)
_WORD_ABOUT_KEYS = re.compile(
    r"api|keys?|apikey|token|openai|deepseek|openrouter|anthropic|relay|authorization|bearer|the|an?|is|not?|none|null|nil"
    r"|undefined|empty|needed|required|optional|any|anything|nothing|my|mine|enter|paste|put|fill|lm|studio|ollama|llama"
    r"|vllm|todo|tbd",
    re.IGNORECASE,
)
# These may be a key behind `sk-`, where somebody chose it by hand.
_WORD_OF_ITS_OWN = re.compile(r"secret|access|auth|password|user|value|string|true|false|local", re.IGNORECASE)
_MODEL = re.compile(
    r"(?:[a-z0-9._-]{1,40}/)?(?:"
    r"(?:gpt|chatgpt|codex|text|code|dall-e|whisper|tts|claude|gemini|gemma|palm|deepseek|qwen|qwq|qvq|llama|codellama"
    r"|mistral|mixtral|ministral|codestral|pixtral|magistral|glm|chatglm|cogview|kimi|moonshot|yi|grok|command|phi|doubao"
    r"|ernie|hunyuan|baichuan|internlm|minimax|abab|step|spark|flux|stable-diffusion|sdxl|midjourney|mj|suno|luma|nova"
    r"|olmo|falcon|starcoder|smollm|solar|tulu|wizardlm|nous|hermes|dolphin|vicuna|bge|jina|babbage|davinci|curie|ada"
    r"|o1|o3|o4)[-_.\d][a-z0-9._:/-]{0,80}|o[134]|gpt4o?)",
    re.IGNORECASE,
)


def mask(key: str) -> str:
    """Return how a key is shown: its first three and last four characters, or only dots where it is short."""
    if not key:
        return ""
    return f"{key[:3]}{_DOTS}{key[-4:]}" if len(key) >= _SHORTEST_SHOWN else _DOTS


def mask_keys(text: str) -> str:
    """Return text with everything in it that looks like a key masked, be it part of a longer word."""
    text = _WITHIN.sub(lambda match: mask(match[0]) if re.search(r"\d", match[0]) else match[0], text)
    return _WORD.sub(lambda match: mask(match[0]) if is_key(match[0]) else match[0], text)


def find_keys(text: str) -> list[tuple[int, str]]:
    """Return position and text of each key that can be told by its beginning, even within a word of another script."""
    found = []
    for match in _IN_TEXT.finditer(text):
        key = match[0].rstrip("./")
        if may_be_key(key):
            found.append((match.start(), key))
    return found


def has_key_prefix(text: str) -> bool:
    """Tell whether a text begins as the keys of a known vendor do."""
    return _PREFIX.match(text) is not None


def holds_key(text: str) -> bool:
    """Tell whether a key that can be told by its beginning is part of a text, even amidst a word."""
    return any(re.search(r"\d", match[0]) for match in _WITHIN.finditer(text)) or bool(find_keys(text))


def is_key(text: str) -> bool:
    """Tell whether a word that stands alone is surely a key: by its beginning, or because no one would write it."""
    if not may_be_key(text):
        return False
    return any(position == 0 and key == text for position, key in find_keys(text)) or _is_random(text)


def may_be_key(text: str) -> bool:
    """Tell whether a word that was called a key can be one: not a placeholder, an address or a model."""
    if not 4 <= len(text) <= _LONGEST or _TOKEN.fullmatch(text) is None:
        return False
    return not (is_placeholder(text) or is_model(text) or text[-1] in "./" or "//" in text)


def is_placeholder(text: str) -> bool:
    """Tell whether a text only shows where a key would stand: `sk-xxxx`, `${TOKEN}`, `YOUR_API_KEY`, `<key>`."""
    word = text.strip().strip("\"'`")
    if not word or _STAND_IN.match(word) or not word.isascii() or _MASKED.search(word):
        return True
    body = _PREFIX.sub("", word, count=1)
    if _FILLER.fullmatch(body):
        return True
    parts = [part for part in re.split(r"[-_.\s]+|(?<=[a-z])(?=[A-Z])", body) if part]
    # Only words in one case: a random part of a key that spells a word is hardly ever of one case.
    if any(_DUMMY_WORD.fullmatch(part) and part in {part.lower(), part.upper(), part.title()} for part in parts):
        return True
    about = [_DUMMY_WORD, _WORD_ABOUT_KEYS, *([_WORD_OF_ITS_OWN] if body == word else [])]
    return all(any(words.fullmatch(part) for words in about) for part in parts)


def is_model(text: str) -> bool:
    """Tell whether a word is the id of a model, by the beginnings that models are known by."""
    return len(text) <= 120 and _MODEL.fullmatch(text) is not None and not _is_random(text)


def is_whole(text: str) -> bool:
    """Tell whether a key has the length that keys of its kind always have, so that nothing of it is missing."""
    return _WHOLE.fullmatch(text) is not None


def is_rest_of_key(start: str, rest: str) -> bool:
    """Tell whether a word on the next line is the rest of a key that a line break cut in two."""
    if is_whole(start) or has_key_prefix(rest) or is_model(rest):
        return False
    if re.fullmatch(r"[A-Za-z0-9_~+/-]+={0,2}", rest) is None:
        return False
    if is_whole(start + rest):
        return True
    return len(start) >= 16 and re.search(r"\d", rest) is not None and re.search(r"[A-Za-z]", rest) is not None


def _is_random(text: str) -> bool:
    """Tell whether a word looks drawn by lot: long, letters and digits well mixed."""
    if len(text) < 20 or "/" in text:
        return False
    kinds = ["d" if char.isdigit() else "u" if char.isupper() else "l" for char in text if char.isalnum()]
    changes = sum(1 for one, other in pairwise(kinds) if one != other)
    return kinds.count("d") >= 2 and len(kinds) - kinds.count("d") >= 3 and changes >= len(text) / 5
