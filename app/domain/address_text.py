"""Addresses in a text: found with or without a scheme, cut back to the API root, told from web pages.

Owns what an address looks like and how likely it is one of an API. Must not know keys, except that one in an address is
a secret.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from app.domain.key_text import has_key_prefix, holds_key, is_key, may_be_key
from app.domain.label_text import LONGEST, Label, label_of
from app.domain.presets import api_root
from app.domain.profile import InvalidAddressError, is_loopback

_LONGEST_URL = 2_000
_MOST = 200  # in one line
_PATH = r"[!#$%&*+\-./0-9:=?@A-Z_a-z~]"
_URL = re.compile(rf"https?://(?:\[[0-9A-Fa-f:.]{{2,60}}\])?(?:(?!https?://){_PATH})*+", re.IGNORECASE)
_READABLE = re.compile(
    rf"(?:https?://)?(?:[!$&*+\-.0-9:=@A-Z_a-z~%]|\[[0-9A-Fa-f:.]{{2,60}}\])+(?P<path>[/?#]{_PATH}*)?", re.IGNORECASE
)
_HOST = re.compile(
    r"(?<![A-Za-z0-9_@./%$&-])"
    r"(?P<host>(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}|\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[0-9a-f:]{2,39}\]"
    r"|[a-z][a-z0-9-]{0,62}(?=:\d{2,5}(?:/|\s|$)))"
    rf"(?P<port>:\d{{2,5}})?(?P<path>/{_PATH}*)?"
    r"(?P<more>[A-Za-z0-9_@(=:\[-])?",
    re.IGNORECASE,
)
_TRAILING = ".,:;!?*_~-=&#"

# Without a scheme, a word with a dot is taken for an address only where its last part is one of these, or where the
# words around it say so: `client.chat.completions` and `main.py` are none.
_TOP_LEVEL = re.compile(
    r"com|net|org|cn|io|ai|top|xyz|cc|me|co|dev|app|site|online|shop|vip|pro|club|fun|icu|ltd|tech|cloud|space|win|work|us"
    r"|uk|hk|tw|jp|de|example|local|lan|internal|info|biz|asia|store|live|im|la|ws|gg|pw|eu|fr|ru|kr|sg|ca|au|ink|plus|zone"
    r"|host|world|moe|chat|bot|lol|mobi|tv|edu|gov|one|gay|love|center|run|wiki|tokyo|cyou|sbs|buzz|art"
)
_API_PATH = re.compile(r"/v\d+(?:beta)?(?:/|$)|/api(?:/|$)|/openai(?:/|$)|/beta$")
_FULL_PATH = re.compile(r"/(?:chat/completions|completions|models|embeddings|responses|messages)/?$|/images/|/audio/")
_API_HOST = re.compile(r"(?:^|[.-])(?:api|gateway|openai|llm|oneapi|newapi)\d*(?=[.-])")
_PAGE_HOST = re.compile(
    r"(?:^|\.)(?:docs?|help|support|wiki|status|blog|forum|pay|shop|platform|console|dashboard|admin|login|account|auth)\."
    r"|(?:^|\.)(?:github|gitlab|gitee|githubusercontent|npmjs|pypi|readthedocs|notion|yuque|feishu|larksuite|apifox"
    r"|apifoxmock|bilibili|youtube|twitter|x|t|telegram|discord|qq|weixin|zhihu|jianshu|csdn|google|bing|baidu|huggingface"
    r"|aipro|wikipedia|medium|stackoverflow)\.(?:com|net|org|cn|so|io|me|gg|cool|site)$|\.gitbook\.io$|^youtu\.be$"
)
_PAGE_PATH = re.compile(
    r"(?:^|/)(?:docs?|documentation|register|sign-?up|sign-?in|login|topup|top-up|recharge|pay|payment|pricing|panel|console"
    r"|token|dashboard|home|user|account|profile|about|tutorial|guide|wiki|help|blog|article|post|p|invite|download|shop|buy"
    r"|keys?|settings?)(?:/|$)|\.(?:html?|php|aspx|pdf|png|jpe?g|gif|svg|webp|mp4|zip)$",
    re.IGNORECASE,
)
# What stands beside or beyond the API root and is cut off (protocol 0.4, 11 to 13; the native paths of local servers).
_BESIDE = re.compile(
    r"/(?:(?:mj-[\w-]+|fast|relax|turbo)/)?(?:mj|suno|luma)(?:/.*)?$"
    r"|/api/(?:chat|generate|tags|version|embed(?:dings)?|show|ps)/?$"
    r"|/(?:completion|infill|tokenize|health|props|slots)/?$"
)
_BEYOND = re.compile(
    r"(?<=/)(v\d+(?:beta)?)/(?:models|dashboard|images|audio|files|batches|fine_tuning|assistants|threads|realtime|engines"
    r"|edits)(?:/.*)?$"
)
_EVERYWHERE = re.compile(r"^(?:0\.0\.0\.0|\[::\])(?=:|$)")  # where servers say they listen; nobody can call there
_STAND_IN = re.compile(r"your.*|x{3,}")
_STAND_IN_ALONE = re.compile(r"host|hostname|domain|server|address|ip|url")
_SECRET_NAMES = re.compile(
    r"(?:api)?[-_]?(?:key|token|secret|password|pwd|sk|auth|access_token|sig|signature)", re.IGNORECASE
)

_LIKELIHOOD = {Label.ADDRESS: 50, Label.NAME: 5, Label.PAGE: -50, Label.SECRET: -50}


@dataclass(frozen=True, slots=True, repr=False)
class FoundAddress:
    """One address in a text.

    `start` and `end` are its place, `raw` is the address as it stood there without login and query, `root` the API root
    that follows from it. `likelihood` is above 0 for what looks like an API, below for what looks like a web page.
    `key` is one that stood in the query; `has_login` tells of a login.
    """

    start: int
    end: int
    raw: str
    root: str
    likelihood: int
    label: Label
    key: str = ""
    has_login: bool = False

    def __repr__(self) -> str:
        """Show the address and never its secrets."""
        return f"FoundAddress({self.raw!r} -> {self.root!r}, {self.likelihood})"


def find_addresses(line: str, expected: Label = Label.NONE) -> list[FoundAddress]:
    """Return the addresses in one line of text, in order.

    `expected` is what the line before said would follow. Addresses that only show where one would stand are left out.
    """
    found = []
    for match in islice(_URL.finditer(line), _MOST):
        url = match[0][:_LONGEST_URL].rstrip(_TRAILING)
        end = match.start() + len(url)
        label = _label(line, match.start(), expected)
        if address := read_address(url, label, match.start(), end):
            found.append(address)
    for match in islice(_HOST.finditer(_URL.sub(lambda match: " " * len(match[0]), line)), _MOST):
        word = match[0][: len(match[0]) - len(match["more"] or "")].rstrip(_TRAILING)
        label = _label(line, match.start(), expected)
        is_alone = line.strip(" \t\"'`<>*-,.;") == word
        if _is_host(match, is_named=is_alone or label is Label.ADDRESS) and (
            address := read_address(word[:_LONGEST_URL], label, match.start(), match.start() + len(word))
        ):
            found.append(address)
    return sorted(found, key=lambda address: address.start)


def read_address(text: str, label: Label = Label.NONE, start: int = 0, end: int = 0) -> FoundAddress | None:
    """Return what an address with or without a scheme means, None where it is none or only stands for one."""
    match = _READABLE.match(text)
    if match is None or (match.end() < len(text) and not match["path"]):
        return None
    text, has_scheme = match[0], "://" in match[0]
    try:
        parts = urlsplit(text if has_scheme else f"//{text}")
        host = parts.hostname or ""
        if not _is_good_host(host) or parts.port == 0:
            return None
        pairs = parse_qsl(parts.query, max_num_fields=100)
        parts, in_path = _without_keys(parts)
        path = _BEYOND.sub(r"\1", _BESIDE.sub("", parts.path)) if "//" not in parts.path else parts.path
        if _PAGE_PATH.search(path) and not _API_PATH.search(path):
            path = ""
        netloc = parts.netloc.rpartition("@")[2]
        raw = urlunsplit((parts.scheme, netloc, parts.path, "", "")).removeprefix("//")
        scheme = "http" if not has_scheme and _is_in_house(host) else parts.scheme
        place = _EVERYWHERE.sub("127.0.0.1", netloc)
        root = api_root(urlunsplit((scheme, place, path, "", "")).removeprefix("//"))
    except (InvalidAddressError, ValueError):
        return None
    in_query = [value for name, value in pairs if _SECRET_NAMES.fullmatch(name) and may_be_key(value)]
    key = next(iter(in_query + in_path), "")
    likelihood = _likelihood(host, parts.path, parts.fragment) + _LIKELIHOOD.get(label, 0)
    return FoundAddress(start, end, raw, root, likelihood, label, key, has_login=parts.username is not None)


def _without_keys(parts: SplitResult) -> tuple[SplitResult, list[str]]:
    """Take the keys out of a path: they were joined to the address by mistake, and must not be shown with it."""
    segments = parts.path.split("/")
    kept = [segment for segment in segments if not holds_key(segment)]
    return parts._replace(path="/".join(kept)), [each for each in segments if each not in kept and is_key(each)]


def without_secrets(text: str) -> str:
    """Return text whose addresses have lost their logins, and the values of their queries where those are secret."""
    return _URL.sub(lambda match: _without_secrets(match[0]), text)


def _without_secrets(url: str) -> str:
    scheme, _, rest = url.partition("://")
    body, mark, query = rest.partition("?")
    place, slash, path = body.partition("/")
    place = place.rpartition("@")[2]
    kept = re.sub(r"([^=&#?]{1,100})=([^&#]*)", _without_value, query)
    return f"{scheme}://{place}{slash}{path}{mark}{kept}"


def _without_value(match: re.Match[str]) -> str:
    is_secret = _SECRET_NAMES.fullmatch(match[1]) or may_be_key(match[2])
    return f"{match[1]}=…" if is_secret else match[0]


def _label(line: str, start: int, expected: Label) -> Label:
    before = line[max(0, start - LONGEST) : start]
    return label_of(before) if re.search(r"\w", before) else expected


def _is_host(match: re.Match[str], *, is_named: bool) -> bool:
    """Tell whether a word without a scheme is an address: by its end, its port, its path, or by what it is called."""
    host, path = match["host"].lower(), match["path"] or ""
    if match["more"] or host == "port" or is_key(match[0]):
        return False
    if is_named:
        return "." in host or host.startswith("[") or match["port"] is not None or host == "localhost"
    if host == "localhost" or host[0].isdigit() or host.startswith("["):
        return match["port"] is not None or _API_PATH.search(path) is not None
    return _TOP_LEVEL.fullmatch(host.rpartition(".")[2]) is not None and "." in host


def _is_good_host(host: str) -> bool:
    if re.fullmatch(r"[0-9a-f:.]+", host) and ":" in host:
        return True
    labels = host.removesuffix(".").split(".")
    if is_key(labels[0]) and (len(labels) == 1 or has_key_prefix(labels[0])):
        return False
    if not all(re.fullmatch(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels):
        return False
    return not any(_STAND_IN.fullmatch(label) for label in labels) and not _STAND_IN_ALONE.fullmatch(host)


def _is_in_house(host: str) -> bool:
    """Tell whether a host is a number that only the own network knows; hardly any of those have a certificate."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


def _likelihood(host: str, path: str, fragment: str) -> int:
    likelihood = 0
    if _FULL_PATH.search(path) or _BESIDE.search(path):
        likelihood += 30
    if _API_PATH.search(path):
        likelihood += 25
    if _API_HOST.search(host) or is_loopback(host):
        likelihood += 10
    if not likelihood and path.strip("/"):
        likelihood -= 10
    if _PAGE_HOST.search(host):
        likelihood -= 60
    if _PAGE_PATH.search(path) and not _API_PATH.search(path):
        likelihood -= 40
    return likelihood - (30 if fragment else 0)
