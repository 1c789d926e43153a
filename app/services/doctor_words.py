"""What is wrong with a connection, in English: title, cause and advice for each kind of trouble.

The one table of these words: `quillpane doctor` prints them, the window translates them in the context "Doctor". Must
not know how a trouble is found. Names in braces stand for the facts of a diagnosis.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.domain.marking import QT_TRANSLATE_NOOP
from app.services.explain import MAX_WORDS, explain
from app.services.problems import Remedy, Words

CONTEXT = "Doctor"
"""The context in which the words are translated."""

_NAME = re.compile(r"\{(\w+)\}")
_CHECK_ADDRESS = QT_TRANSLATE_NOOP("Doctor", "Check the address for a typing error.")
_OFTEN_V1 = QT_TRANSLATE_NOOP("Doctor", "Check the end of the address; for most servers it is /v1.")
_USE_SUGGESTION = QT_TRANSLATE_NOOP("Doctor", "Use {suggestion} as the address.")

WORDS: Mapping[DiagnosisKind, Words] = MappingProxyType(
    {
        DiagnosisKind.NO_NETWORK: Words(
            QT_TRANSLATE_NOOP("Doctor", "This computer seems to be offline"),
            QT_TRANSLATE_NOOP("Doctor", "There is no way to the network, or its name service does not answer."),
            QT_TRANSLATE_NOOP("Doctor", "Check the network connection, then try again."),
        ),
        DiagnosisKind.NAME_NOT_FOUND: Words(
            QT_TRANSLATE_NOOP("Doctor", "The name {host} was not found"),
            QT_TRANSLATE_NOOP("Doctor", "The name service of this network answers, and knows no such computer."),
            _CHECK_ADDRESS,
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.NOTHING_LISTENS: Words(
            QT_TRANSLATE_NOOP("Doctor", "Nothing answers at {host}, port {port}"),
            QT_TRANSLATE_NOOP("Doctor", "The computer is there, but no server is listening at that port."),
            QT_TRANSLATE_NOOP("Doctor", "Start the server, or check the port in the address."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.TIMED_OUT: Words(
            QT_TRANSLATE_NOOP("Doctor", "{host} does not answer"),
            QT_TRANSLATE_NOOP(
                "Doctor", "No connection came about in time: it is switched off, or something blocks it."
            ),
            QT_TRANSLATE_NOOP("Doctor", "Check the address. On a company network, set its proxy in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.UNREACHABLE: Words(
            QT_TRANSLATE_NOOP("Doctor", "{host} cannot be reached"),
            QT_TRANSLATE_NOOP("Doctor", "The connection was closed before any answer came."),
            QT_TRANSLATE_NOOP("Doctor", "Check the address and its port, then try again."),
        ),
        DiagnosisKind.CAPTIVE_PORTAL: Words(
            QT_TRANSLATE_NOOP("Doctor", "This network wants you to log in first"),
            QT_TRANSLATE_NOOP("Doctor", "Its own page answers in place of every server, as in hotels and trains."),
            QT_TRANSLATE_NOOP("Doctor", "Open any page in the browser, log in there, then try again."),
        ),
        DiagnosisKind.PROXY_UNREACHABLE: Words(
            QT_TRANSLATE_NOOP("Doctor", "The proxy {proxy} cannot be reached"),
            QT_TRANSLATE_NOOP("Doctor", "The connection or the system names a proxy that does not answer."),
            QT_TRANSLATE_NOOP("Doctor", "Start it, or name another proxy or none in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.PROXY_REFUSED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The proxy {proxy} does not let the connection through"),
            QT_TRANSLATE_NOOP("Doctor", "It answers, but not for {host}."),
            QT_TRANSLATE_NOOP("Doctor", "Ask who runs it, or name another proxy or none in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.PROXY_LOGIN: Words(
            QT_TRANSLATE_NOOP("Doctor", "The proxy {proxy} asks for a login"),
            QT_TRANSLATE_NOOP("Doctor", "It was given no name and password, or not the right ones."),
            QT_TRANSLATE_NOOP("Doctor", "Enter the proxy's name and password in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.PROXY_SETTING: Words(
            QT_TRANSLATE_NOOP("Doctor", "What is set as a proxy is none"),
            QT_TRANSLATE_NOOP("Doctor", "Its address cannot be read, or no request can be sent to it."),
            QT_TRANSLATE_NOOP("Doctor", "Correct the proxy in the connection or in the system's settings."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.WRONG_NAME: Words(
            QT_TRANSLATE_NOOP("Doctor", "The certificate belongs to another server"),
            QT_TRANSLATE_NOOP("Doctor", "It is made out to {names}, and the address says {host}."),
            QT_TRANSLATE_NOOP("Doctor", "Check the address. In a hotel or at an airport, log in to its network first."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.EXPIRED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server's certificate has expired"),
            QT_TRANSLATE_NOOP("Doctor", "Its last day was {until}."),
            QT_TRANSLATE_NOOP(
                "Doctor", "If this computer's date is right, the operator of the server has to renew it."
            ),
        ),
        DiagnosisKind.NOT_YET_VALID: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server's certificate is not valid yet"),
            QT_TRANSLATE_NOOP("Doctor", "Its first day is {since}."),
            QT_TRANSLATE_NOOP("Doctor", "Check this computer's date and time zone."),
        ),
        DiagnosisKind.UNKNOWN_AUTHORITY: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server's certificate is signed by nobody known here"),
            QT_TRANSLATE_NOOP(
                "Doctor",
                "It is signed by {issuer}. A company's own network signs that way; so does somebody who listens in.",
            ),
            QT_TRANSLATE_NOOP(
                "Doctor", "If you expect this, name the certificate file of the company or server in the connection."
            ),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.SELF_SIGNED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server's certificate vouches for itself alone"),
            QT_TRANSLATE_NOOP("Doctor", "Home and test servers do this; so does somebody who listens in."),
            QT_TRANSLATE_NOOP("Doctor", "If it is your own server, name its certificate file in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.CLIENT_CERTIFICATE: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server wants to see a certificate of yours"),
            QT_TRANSLATE_NOOP("Doctor", "None was shown, or one that it does not accept."),
            QT_TRANSLATE_NOOP("Doctor", "Name the certificate file and its key in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.TLS_FAILED: Words(
            QT_TRANSLATE_NOOP("Doctor", "No secure connection to {host} came about"),
            QT_TRANSLATE_NOOP("Doctor", "What listens there does not speak https, or something on the way broke it."),
            QT_TRANSLATE_NOOP(
                "Doctor", "Check the port in the address, and whether it begins with http:// or https://."
            ),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.CLOCK_WRONG: Words(
            QT_TRANSLATE_NOOP("Doctor", "This computer's clock is wrong"),
            QT_TRANSLATE_NOOP("Doctor", "It differs from the server's by {difference}, so certificates seem invalid."),
            QT_TRANSLATE_NOOP("Doctor", "Set date, time and time zone, then try again."),
        ),
        DiagnosisKind.KEY_MISSING: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server asks for a key"),
            QT_TRANSLATE_NOOP("Doctor", "This connection has none."),
            QT_TRANSLATE_NOOP("Doctor", "Enter the key that you were given by the service."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.KEY_REFUSED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The key was not accepted"),
            QT_TRANSLATE_NOOP(
                "Doctor", "It is mistyped, has expired, was switched off, or belongs to another service."
            ),
            QT_TRANSLATE_NOOP("Doctor", "Enter it again, or get a new one from the service."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.KEY_MALFORMED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The key holds characters that no key has"),
            QT_TRANSLATE_NOOP("Doctor", "It cannot be sent, so nothing was."),
            QT_TRANSLATE_NOOP("Doctor", "Copy it once more, without the words around it."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.QUOTA: Words(
            QT_TRANSLATE_NOOP("Doctor", "The credit is used up"),
            QT_TRANSLATE_NOOP(
                "Doctor", "The key itself is right; its quota or the balance of the account is not enough."
            ),
            QT_TRANSLATE_NOOP("Doctor", "Add credit with the service, or use another key."),
        ),
        DiagnosisKind.FORBIDDEN: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server does not allow this"),
            QT_TRANSLATE_NOOP("Doctor", "The key is right, but not for this model, this place, or at this time."),
            QT_TRANSLATE_NOOP("Doctor", "Choose another model, or ask the service what the key is good for."),
        ),
        DiagnosisKind.MODEL_NOT_SERVED: Words(
            QT_TRANSLATE_NOOP("Doctor", "This model is not available right now"),
            QT_TRANSLATE_NOOP("Doctor", "The relay has nobody behind it who serves this model for your account."),
            QT_TRANSLATE_NOOP("Doctor", "Choose another model from its list, or ask its operator."),
        ),
        DiagnosisKind.MODEL_UNKNOWN: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server does not have this model"),
            QT_TRANSLATE_NOOP("Doctor", "Names of models must be written exactly as the server lists them."),
            QT_TRANSLATE_NOOP("Doctor", "Choose a model from its list."),
        ),
        DiagnosisKind.CHAT_ONLY: Words(
            QT_TRANSLATE_NOOP("Doctor", "This model only chats and cannot continue a text"),
            QT_TRANSLATE_NOOP("Doctor", "Most newer models answer questions and no longer write on."),
            QT_TRANSLATE_NOOP("Doctor", "Choose a model for text completion, or use the model in a chat."),
        ),
        DiagnosisKind.PAGE: Words(
            QT_TRANSLATE_NOOP("Doctor", "A web page answers at that address"),
            QT_TRANSLATE_NOOP("Doctor", "Pages for people came back from {address}, and no answers for programs."),
            _OFTEN_V1,
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.PAGE_ELSEWHERE: Words(
            QT_TRANSLATE_NOOP("Doctor", "A web page answers at that address"),
            QT_TRANSLATE_NOOP("Doctor", "Programs are answered at {suggestion}, not at {address}."),
            _USE_SUGGESTION,
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.NATIVE_ANSWER: Words(
            QT_TRANSLATE_NOOP("Doctor", "The address lacks its end, /v1"),
            QT_TRANSLATE_NOOP("Doctor", "llama.cpp is there and answers at {address} in a form of its own."),
            _USE_SUGGESTION,
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.NOTHING_THERE: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server has nothing at that address"),
            QT_TRANSLATE_NOOP("Doctor", "It is there, but what was asked for below {address} is unknown to it."),
            _OFTEN_V1,
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.NOTHING_THERE_ELSEWHERE: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server has nothing at that address"),
            QT_TRANSLATE_NOOP("Doctor", "Programs are answered at {suggestion}, not at {address}."),
            _USE_SUGGESTION,
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.NO_COMPLETION: Words(
            QT_TRANSLATE_NOOP("Doctor", "This server cannot continue a text"),
            QT_TRANSLATE_NOOP("Doctor", "The address is right, but text completion is not offered there."),
            QT_TRANSLATE_NOOP("Doctor", "Use its models in a chat, or connect another service for writing."),
        ),
        DiagnosisKind.REDIRECTED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server points to another address"),
            QT_TRANSLATE_NOOP("Doctor", "It sends requests on to {suggestion}, where the key must not go unasked."),
            QT_TRANSLATE_NOOP("Doctor", "If the service has moved, enter its new address yourself."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.BAD_REQUEST: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server did not accept the request"),
            QT_TRANSLATE_NOOP("Doctor", "Some of what was asked for does not suit it."),
            QT_TRANSLATE_NOOP(
                "Doctor", "Set the parameters back to neutral, and check the extra fields if there are any."
            ),
        ),
        DiagnosisKind.UNUSABLE_SETTING: Words(
            QT_TRANSLATE_NOOP("Doctor", "A setting of the connection cannot be used"),
            QT_TRANSLATE_NOOP("Doctor", "No request can be made with it, so nothing was sent."),
            QT_TRANSLATE_NOOP("Doctor", "Change it in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.RATE_LIMITED: Words(
            QT_TRANSLATE_NOOP("Doctor", "Too many requests"),
            QT_TRANSLATE_NOOP("Doctor", "The server wants a pause and does not say for how long."),
            QT_TRANSLATE_NOOP("Doctor", "Wait a minute, then try again."),
        ),
        DiagnosisKind.RATE_LIMITED_UNTIL: Words(
            QT_TRANSLATE_NOOP("Doctor", "Too many requests"),
            QT_TRANSLATE_NOOP("Doctor", "The server wants a pause of {seconds} seconds."),
            QT_TRANSLATE_NOOP("Doctor", "Wait that long, then try again."),
        ),
        DiagnosisKind.SERVER_FAILED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server has a problem of its own"),
            QT_TRANSLATE_NOOP("Doctor", "It answered with status {status}; nothing is wrong on this side."),
            QT_TRANSLATE_NOOP("Doctor", "Try again in a while. If it stays so, ask its operator."),
        ),
        DiagnosisKind.GATEWAY_FAILED: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server behind the address is down"),
            QT_TRANSLATE_NOOP("Doctor", "What stands in front of it answered with status {status} in its place."),
            QT_TRANSLATE_NOOP("Doctor", "Try again in a while. If it stays so, ask its operator."),
        ),
        DiagnosisKind.SERVER_SILENT: Words(
            QT_TRANSLATE_NOOP("Doctor", "The server took too long"),
            QT_TRANSLATE_NOOP("Doctor", "The connection stands, but no answer came within the time limit."),
            QT_TRANSLATE_NOOP("Doctor", "Try again, or allow more time in the connection."),
        ),
        DiagnosisKind.CONNECTION_LOST: Words(
            QT_TRANSLATE_NOOP("Doctor", "The connection was lost in the middle of the answer"),
            QT_TRANSLATE_NOOP("Doctor", "The server, or something on the way, closed it."),
            QT_TRANSLATE_NOOP("Doctor", "Try again. If it happens often, ask the service."),
        ),
        DiagnosisKind.UNREADABLE: Words(
            QT_TRANSLATE_NOOP("Doctor", "The answer cannot be read"),
            QT_TRANSLATE_NOOP("Doctor", "Something answers at {address}, but not in the way of OpenAI."),
            _CHECK_ADDRESS,
            Remedy.OPEN_CONNECTION,
        ),
        DiagnosisKind.OTHER: Words(
            QT_TRANSLATE_NOOP("Doctor", "Something went wrong"),
            "",
            QT_TRANSLATE_NOOP("Doctor", "Try again."),
        ),
    }
)


def words_of(diagnosis: Diagnosis, translate: Callable[[str], str] = str) -> Words:
    """Return title, cause and advice with the facts put in; a cause that lacks one of its facts is left out.

    `translate` turns an English template into another language, before the facts go in.
    """
    template, facts = WORDS[diagnosis.kind], diagnosis.facts
    is_told = template.cause and all(name in facts for name in _NAME.findall(template.cause))
    return Words(
        _filled(translate(template.title), facts),
        _filled(translate(template.cause), facts) if is_told else "",
        _filled(translate(template.advice), facts),
        template.remedy,
    )


def explain_diagnosis(diagnosis: Diagnosis) -> str:
    """Return a diagnosis in English on one line: what is wrong, the server's words, why, and what to do.

    An error that has words of its own keeps them.
    """
    if diagnosis.kind is DiagnosisKind.OTHER and diagnosis.error is not None:
        return explain(diagnosis.error)
    words = words_of(diagnosis)
    said = " ".join(diagnosis.said.split())[:MAX_WORDS].rstrip(". ")
    title = f"{words.title}: {said}." if said else f"{words.title}."
    return " ".join(part for part in (title, words.cause, words.advice) if part)


def _filled(template: str, facts: Mapping[str, str | int]) -> str:
    return _NAME.sub(lambda name: str(facts.get(name[1], "…")), template)
