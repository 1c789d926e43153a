"""What the words in front of a value say it is, in English, in Chinese and in the names of variables.

Owns the words. Must not know values: whether a key looks like one is `app.domain.key_text`'s.
"""

import re
from enum import Enum, auto

LONGEST = 60
"""As many characters in front of a value are looked at."""


class Label(Enum):
    """What a value is called."""

    NONE = auto()
    KEY = auto()
    ADDRESS = auto()
    PAGE = auto()
    """An address meant for people: documents, registration, top-up."""
    MODEL = auto()
    NAME = auto()
    FOREIGN = auto()
    """A variable of another kind of service, such as ANTHROPIC_API_KEY."""
    SECRET = auto()
    """A login, a password or a cookie: no key of an API, and nothing to be shown."""


_SEPARATORS = re.compile(r"(?:[^\w]|_(?=\W|$))*$")
_FILLING = re.compile(r"(?:\b(?:is|are|was|at|in)|[是为即]|如下)$", re.IGNORECASE)
_CHINESE = re.compile(r"[A-Za-z_ ]{0,12}[\u4e00-\u9fff][A-Za-z_ \u4e00-\u9fff]{0,20}$")
_WORD = re.compile(r"[A-Za-z0-9_.\-]+")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_CHINESE_PAGE = re.compile(
    r"文档|教程|充值|注册|购买|官网|主页|首页|登[录陆]|后台|查询|说明|客服|[入加交流]群|支付|余额|面板|控制台|下载|博客|兑换|发卡"
    r"|监控|状态|公告|演示|图床|头像|邀请|推荐|更多|详情|参考|联系|价格"
)
_CHINESE_LABELS = (
    (re.compile(r"(?:密码|账号|帐号|账户|用户名?|邮箱|手机号?|微信|卡号)$"), Label.SECRET),
    (re.compile(r"(?:密[钥匙]|秘[钥匙]|令牌|口令|授权码?|卡密|(?:key|token|sk)(?:值|串)?)$", re.IGNORECASE), Label.KEY),
    (re.compile(r"模型(?:名称?|id)?$", re.IGNORECASE), Label.MODEL),
    (
        re.compile(
            r"(?:地址|域名|网址|链接|接口|端点|线路[一二三四五六七八九十]?|节点|服务器|入口|反代|中转|代理|url|api|host|base)$",
            re.IGNORECASE,
        ),
        Label.ADDRESS,
    ),
    (re.compile(r"(?:名称?|名字|站名|站点|平台|服务商|提供商|中转站|备注)$"), Label.NAME),
)

_FOREIGN = re.compile(
    r"anthropic|claude|gemini|google|vertex|aws|bedrock|azure|cohere|voyage|hf|hugging|huggingface|github|gitlab|npm|pypi"
    r"|slack|stripe|discord|telegram|wandb|langchain|langsmith|tavily|serper|serpapi|pinecone|supabase|database|redis"
    r"|mongo|postgres|mysql|smtp|jwt|session|next|vercel|cloudflare|aliyun|tencent|elevenlabs"
)
_PAGE = re.compile(
    r"docs?|documentation|register|registration|signup|login|signin|panel|dashboard|console|topup|recharge|website|home"
    r"|homepage|tutorial|guide|help|status|pricing|price|pay|payment|buy|shop|blog|group|telegram|discord|support|contact"
    r"|avatar|logo|image|picture|icon|webhook|callback|redirect|notify|download|wiki|faq|invite|github|see|more|read|manual"
    r"|referr?er|origin"
)
_KEY = re.compile(r"keys?|token|secret|apikey|authorization|bearer|sk|auth|credential")
_NO_KEY = re.compile(r"max|total|prompt|completion|input|output|public|ssh|gpg|stop|eos")
_ADDRESS = re.compile(
    r"url|base|baseurl|host|hostname|endpoint|address|server|domain|uri|gateway|api|apibase|apihost|interface|link|location"
)
_NAME = re.compile(r"name|title|provider|site")
_SECRET = re.compile(r"password|passwd|pwd|pass|user|username|account|e?mail|cookie")
_PROXY = re.compile(r"(?:https?|all|no|socks|ftp)_proxy", re.IGNORECASE)


def label_of(before: str) -> Label:
    """Return what the words directly in front of a value say it is; `before` is the text of the line up to it."""
    text = _SEPARATORS.sub("", before[-LONGEST:])
    text = _SEPARATORS.sub("", _FILLING.sub("", text))
    if chinese := _CHINESE.search(text):
        return _chinese_label(chinese[0])
    clause = re.split(r"[^\w\s.\-]", text)[-1]
    words = _WORD.findall(clause)[-3:]
    if not words:
        return Label.NONE
    last = [part.lower() for part in _PARTS.findall(words[-1])]
    if not last:
        return Label.NONE
    if _PROXY.fullmatch(words[-1]) or ("_" in words[-1] and _FOREIGN.fullmatch(last[0])):
        return Label.FOREIGN
    return _english_label(last, [part.lower() for word in words for part in _PARTS.findall(word)])


def _chinese_label(text: str) -> Label:
    for pattern, label in _CHINESE_LABELS:
        if pattern.search(text.strip()):
            is_page = label in {Label.ADDRESS, Label.NAME} and _CHINESE_PAGE.search(text)
            return Label.PAGE if is_page else label
    return Label.PAGE if _CHINESE_PAGE.search(text) else Label.NONE


def _english_label(last: list[str], words: list[str]) -> Label:
    word = last[-1]
    if _SECRET.fullmatch(word) or last == ["user", "name"]:
        return Label.SECRET
    if word in {"model", "models"} or ("model" in words[-3:-1] and word in {"name", "id", "default"}):
        return Label.MODEL
    if _KEY.fullmatch(word):
        return Label.NONE if any(map(_NO_KEY.fullmatch, words)) else Label.KEY
    if any(map(_PAGE.fullmatch, words[-3:])):
        return Label.PAGE
    if _ADDRESS.fullmatch(word):
        return Label.ADDRESS
    return Label.NAME if _NAME.fullmatch(word) else Label.NONE
