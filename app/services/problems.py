"""What went wrong, in English: every expected error's title, cause, advice, and the one thing that helps.

The one table of these words: the command line prints them (`app.services.explain`), the window translates them
(`app.viewmodels.texts`). Must not know who reads it, nor hold a server's own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.api import errors as api
from app.domain.errors import ExpectedError
from app.domain.marking import QT_TRANSLATE_NOOP
from app.services import errors as services
from app.services.spending import SpendingLimitError
from app.store import errors as store


class Remedy(StrEnum):
    """What the one button of a problem does."""

    TRY_AGAIN = "try_again"
    OPEN_CONNECTION = "open_connection"
    LOWER_MAX_TOKENS = "lower_max_tokens"
    CONTINUE = "continue"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, without a full stop; why and what to do, as sentences, "" for none; what one button could do."""

    title: str
    cause: str
    advice: str
    remedy: Remedy = Remedy.TRY_AGAIN


_WORDS: Mapping[type[ExpectedError], Words] = MappingProxyType(
    {
        api.NameNotFoundError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server's name was not found"),
            QT_TRANSLATE_NOOP("Problems", "No computer on the network answers to that address."),
            QT_TRANSLATE_NOOP("Problems", "Check the address for a typing error, and that you are online."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ConnectionRefusedByServerError: Words(
            QT_TRANSLATE_NOOP("Problems", "Nothing answers at that address"),
            QT_TRANSLATE_NOOP("Problems", "The computer is there, but no server is listening at that port."),
            QT_TRANSLATE_NOOP("Problems", "Start the server, or check the address."),
            Remedy.OPEN_CONNECTION,
        ),
        api.NoNetworkError: Words(
            QT_TRANSLATE_NOOP("Problems", "This computer seems to be offline"),
            QT_TRANSLATE_NOOP("Problems", "There is no way to the network, or its name service does not answer."),
            QT_TRANSLATE_NOOP("Problems", "Check the network connection, then try again."),
            Remedy.TRY_AGAIN,
        ),
        api.TlsError: Words(
            QT_TRANSLATE_NOOP("Problems", "The secure connection failed"),
            QT_TRANSLATE_NOOP("Problems", "The server's certificate could not be checked."),
            QT_TRANSLATE_NOOP(
                "Problems", "Check this computer's date and the address. On a company network, ask for its certificate."
            ),
            Remedy.OPEN_CONNECTION,
        ),
        api.UnknownAuthorityError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server's certificate is signed by nobody known here"),
            QT_TRANSLATE_NOOP("Problems", "A company's own network signs that way; so does somebody who listens in."),
            QT_TRANSLATE_NOOP(
                "Problems", "If you expect this, name the certificate file of the company or server in the connection."
            ),
            Remedy.OPEN_CONNECTION,
        ),
        api.SelfSignedError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server's certificate vouches for itself alone"),
            QT_TRANSLATE_NOOP("Problems", "Home and test servers do this; so does somebody who listens in."),
            QT_TRANSLATE_NOOP("Problems", "If it is your own server, name its certificate file in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        api.WrongNameError: Words(
            QT_TRANSLATE_NOOP("Problems", "The certificate belongs to another server"),
            QT_TRANSLATE_NOOP("Problems", "The name in it is not the one in the address."),
            QT_TRANSLATE_NOOP(
                "Problems", "Check the address. In a hotel or at an airport, log in to its network first."
            ),
            Remedy.OPEN_CONNECTION,
        ),
        api.CertificateExpiredError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server's certificate has expired"),
            QT_TRANSLATE_NOOP("Problems", "Its last day is over, or this computer's date is wrong."),
            QT_TRANSLATE_NOOP(
                "Problems", "Check this computer's date. If it is right, the operator of the server has to renew it."
            ),
            Remedy.TRY_AGAIN,
        ),
        api.CertificateNotYetValidError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server's certificate is not valid yet"),
            QT_TRANSLATE_NOOP("Problems", "Its first day has not come, or this computer's date is wrong."),
            QT_TRANSLATE_NOOP("Problems", "Check this computer's date and time zone."),
            Remedy.TRY_AGAIN,
        ),
        api.ClockWrongError: Words(
            QT_TRANSLATE_NOOP("Problems", "This computer's clock is wrong"),
            QT_TRANSLATE_NOOP("Problems", "It is so far off that certificates cannot be judged."),
            QT_TRANSLATE_NOOP("Problems", "Set date, time and time zone, then try again."),
            Remedy.TRY_AGAIN,
        ),
        api.ClientCertificateError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server wants to see a certificate of yours"),
            QT_TRANSLATE_NOOP("Problems", "None was shown, or one that it does not accept."),
            QT_TRANSLATE_NOOP("Problems", "Name the certificate file and its key in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ProxyFailedError: Words(
            QT_TRANSLATE_NOOP("Problems", "The proxy did not let the request through"),
            QT_TRANSLATE_NOOP("Problems", "The proxy of this network refused or did not answer."),
            QT_TRANSLATE_NOOP("Problems", "Check the proxy settings of the connection and of the system."),
            Remedy.TRY_AGAIN,
        ),
        api.ProxyLoginError: Words(
            QT_TRANSLATE_NOOP("Problems", "The proxy asks for a login"),
            QT_TRANSLATE_NOOP("Problems", "It was given no name and password, or not the right ones."),
            QT_TRANSLATE_NOOP("Problems", "Enter the proxy's name and password in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        api.CaptivePortalError: Words(
            QT_TRANSLATE_NOOP("Problems", "This network wants you to log in first"),
            QT_TRANSLATE_NOOP("Problems", "Its own page answered in place of the server."),
            QT_TRANSLATE_NOOP("Problems", "Open a page in the browser, log in there, then try again."),
            Remedy.TRY_AGAIN,
        ),
        api.ConnectTimeoutError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server cannot be reached"),
            QT_TRANSLATE_NOOP("Problems", "It did not answer the first call in time."),
            QT_TRANSLATE_NOOP("Problems", "Check that you are online, then try again."),
            Remedy.TRY_AGAIN,
        ),
        api.UnreachableError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server cannot be reached"),
            QT_TRANSLATE_NOOP("Problems", "The network connection could not be made."),
            QT_TRANSLATE_NOOP("Problems", "Check that you are online, then try again."),
            Remedy.TRY_AGAIN,
        ),
        api.ConnectionLostError: Words(
            QT_TRANSLATE_NOOP("Problems", "The connection was lost"),
            QT_TRANSLATE_NOOP("Problems", "It broke while the answer was arriving. What had come is kept."),
            QT_TRANSLATE_NOOP("Problems", "Continue from where it broke off, or run again."),
            Remedy.CONTINUE,
        ),
        api.StalledError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server went silent"),
            QT_TRANSLATE_NOOP("Problems", "Nothing has come for a long while. What had come is kept."),
            QT_TRANSLATE_NOOP("Problems", "Continue from where it stopped, or run again."),
            Remedy.CONTINUE,
        ),
        api.RequestTimeoutError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server took too long"),
            QT_TRANSLATE_NOOP("Problems", "It did not finish the request in time."),
            QT_TRANSLATE_NOOP("Problems", "Try again, or ask for a shorter answer."),
            Remedy.TRY_AGAIN,
        ),
        api.AuthError: Words(
            QT_TRANSLATE_NOOP("Problems", "The key was not accepted"),
            QT_TRANSLATE_NOOP("Problems", "The server does not know this key, or it has expired."),
            QT_TRANSLATE_NOOP("Problems", "Paste the key again, without anything before or after it."),
            Remedy.OPEN_CONNECTION,
        ),
        api.QuotaError: Words(
            QT_TRANSLATE_NOOP("Problems", "The credit is used up"),
            QT_TRANSLATE_NOOP("Problems", "The account or the key has no balance left for this request."),
            QT_TRANSLATE_NOOP("Problems", "Top up with the provider, or use another key."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ForbiddenError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server does not allow this"),
            QT_TRANSLATE_NOOP("Problems", "The key may not use this model, or not from here."),
            QT_TRANSLATE_NOOP("Problems", "Choose another model, or ask the provider."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ModelNotFoundError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server does not have this model"),
            QT_TRANSLATE_NOOP("Problems", "No model of that name is served there."),
            QT_TRANSLATE_NOOP("Problems", "Choose a model from the list, or check its spelling."),
            Remedy.OPEN_CONNECTION,
        ),
        api.NotFoundError: Words(
            QT_TRANSLATE_NOOP("Problems", "The address does not lead to a model"),
            QT_TRANSLATE_NOOP("Problems", "The server answers, but knows no such path."),
            QT_TRANSLATE_NOOP("Problems", "Check the address; it usually ends in /v1."),
            Remedy.OPEN_CONNECTION,
        ),
        api.UnsupportedError: Words(
            QT_TRANSLATE_NOOP("Problems", "This server cannot continue a text"),
            QT_TRANSLATE_NOOP("Problems", "It does not offer text completion, or not for this model."),
            QT_TRANSLATE_NOOP("Problems", "Choose a completion model, or another server."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ChatModelError: Words(
            QT_TRANSLATE_NOOP("Problems", "This model only chats"),
            QT_TRANSLATE_NOOP("Problems", "It answers messages and cannot continue a text."),
            QT_TRANSLATE_NOOP("Problems", "Choose a completion model, or another server."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ContextTooLongError: Words(
            QT_TRANSLATE_NOOP("Problems", "The text is too long for this model"),
            QT_TRANSLATE_NOOP(
                "Problems", "Prompt and answer together do not fit into what the model can read at once."
            ),
            QT_TRANSLATE_NOOP("Problems", "Ask for a shorter answer, or shorten the prompt."),
            Remedy.LOWER_MAX_TOKENS,
        ),
        api.BadRequestError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server did not understand the request"),
            QT_TRANSLATE_NOOP("Problems", "It refused one of the settings, or the prompt is empty."),
            QT_TRANSLATE_NOOP("Problems", "Set the parameters back to neutral, then run again."),
            Remedy.TRY_AGAIN,
        ),
        api.TooLargeError: Words(
            QT_TRANSLATE_NOOP("Problems", "The request is too large"),
            QT_TRANSLATE_NOOP("Problems", "A server on the way does not take this much text at once."),
            QT_TRANSLATE_NOOP("Problems", "Shorten the prompt."),
            Remedy.TRY_AGAIN,
        ),
        api.ContentPolicyError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server's filter refused the text"),
            QT_TRANSLATE_NOOP("Problems", "A word filter on the server found something in the prompt."),
            QT_TRANSLATE_NOOP("Problems", "Change the wording, or use another server."),
            Remedy.TRY_AGAIN,
        ),
        api.RateLimitedError: Words(
            QT_TRANSLATE_NOOP("Problems", "Too many requests"),
            QT_TRANSLATE_NOOP("Problems", "The server asks to slow down."),
            QT_TRANSLATE_NOOP("Problems", "Wait a little, then try again."),
            Remedy.TRY_AGAIN,
        ),
        api.NoChannelError: Words(
            QT_TRANSLATE_NOOP("Problems", "This model is not available right now"),
            QT_TRANSLATE_NOOP("Problems", "The relay has no channel that serves this model for your account."),
            QT_TRANSLATE_NOOP("Problems", "Choose another model, or try again later."),
            Remedy.TRY_AGAIN,
        ),
        api.GatewayTimeoutError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server behind the relay took too long"),
            QT_TRANSLATE_NOOP("Problems", "A gateway gave up waiting. The work may have been done and charged."),
            QT_TRANSLATE_NOOP("Problems", "Ask for a shorter answer, then try again."),
            Remedy.LOWER_MAX_TOKENS,
        ),
        api.UpstreamError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server has a problem of its own"),
            QT_TRANSLATE_NOOP("Problems", "It could not do the work; this is not your doing."),
            QT_TRANSLATE_NOOP("Problems", "Try again in a moment."),
            Remedy.TRY_AGAIN,
        ),
        api.ProtocolError: Words(
            QT_TRANSLATE_NOOP("Problems", "The answer cannot be read"),
            QT_TRANSLATE_NOOP("Problems", "What came is not what a language model server sends; it may be a web page."),
            QT_TRANSLATE_NOOP("Problems", "Check the address; it usually ends in /v1."),
            Remedy.OPEN_CONNECTION,
        ),
        api.RedirectRefusedError: Words(
            QT_TRANSLATE_NOOP("Problems", "The server points to another host"),
            QT_TRANSLATE_NOOP(
                "Problems", "Following it would hand your key to somebody else, so the request was stopped."
            ),
            QT_TRANSLATE_NOOP("Problems", "If the service has moved, enter its new address yourself."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ExtraFieldError: Words(
            QT_TRANSLATE_NOOP("Problems", "An extra header or field of the connection cannot be sent"),
            QT_TRANSLATE_NOOP(
                "Problems", "It would replace what the program has to send itself, or no request can carry it."
            ),
            QT_TRANSLATE_NOOP("Problems", "Take it out of the connection, or change it."),
            Remedy.OPEN_CONNECTION,
        ),
        api.CertificateFileError: Words(
            QT_TRANSLATE_NOOP("Problems", "A certificate file of the connection cannot be used"),
            QT_TRANSLATE_NOOP("Problems", "It is missing, of another kind, or its key does not fit."),
            QT_TRANSLATE_NOOP("Problems", "Choose a file in PEM form; a key must have no password."),
            Remedy.OPEN_CONNECTION,
        ),
        api.UnusableSettingError: Words(
            QT_TRANSLATE_NOOP("Problems", "A setting of the connection cannot be used"),
            QT_TRANSLATE_NOOP("Problems", "No request can be made with it, so nothing was sent."),
            QT_TRANSLATE_NOOP("Problems", "Change it in the connection."),
            Remedy.OPEN_CONNECTION,
        ),
        api.ApiError: Words(
            QT_TRANSLATE_NOOP("Problems", "The request failed"),
            QT_TRANSLATE_NOOP("Problems", "The server answered with an error."),
            QT_TRANSLATE_NOOP("Problems", "Try again in a moment."),
            Remedy.TRY_AGAIN,
        ),
        services.ModelMissingError: Words(
            QT_TRANSLATE_NOOP("Problems", "The built-in model is not installed"),
            QT_TRANSLATE_NOOP("Problems", "Its file or its engine is missing from this installation."),
            QT_TRANSLATE_NOOP("Problems", "Details says how to add it, or connect a service."),
            Remedy.OPEN_CONNECTION,
        ),
        services.LocalModelError: Words(  # and ModelFailedError
            QT_TRANSLATE_NOOP("Problems", "The built-in model did not start"),
            QT_TRANSLATE_NOOP("Problems", "The model file could not be loaded, or the memory did not suffice."),
            QT_TRANSLATE_NOOP("Problems", "Try again, or choose another model file."),
            Remedy.TRY_AGAIN,
        ),
        store.KeychainLockedError: Words(
            QT_TRANSLATE_NOOP("Problems", "The key chain is locked"),
            QT_TRANSLATE_NOOP("Problems", "The system keeps your key in a key chain that has not been unlocked."),
            QT_TRANSLATE_NOOP("Problems", "Unlock it, then try again."),
            Remedy.TRY_AGAIN,
        ),
        store.KeychainTimeoutError: Words(
            QT_TRANSLATE_NOOP("Problems", "The key chain does not answer"),
            QT_TRANSLATE_NOOP("Problems", "The system's key chain was asked for your key and stayed silent."),
            QT_TRANSLATE_NOOP("Problems", "Try again, or enter the key for this run."),
            Remedy.TRY_AGAIN,
        ),
        store.KeychainError: Words(  # and KeychainFailedError
            QT_TRANSLATE_NOOP("Problems", "The key chain could not be used"),
            QT_TRANSLATE_NOOP("Problems", "The system's key chain reported an error."),
            QT_TRANSLATE_NOOP("Problems", "Try again, or enter the key for this run."),
            Remedy.OPEN_CONNECTION,
        ),
        store.DatabaseTooNewError: Words(
            QT_TRANSLATE_NOOP("Problems", "Your texts were written by a newer Quillpane"),
            QT_TRANSLATE_NOOP("Problems", "This version cannot read them and leaves the file untouched."),
            QT_TRANSLATE_NOOP("Problems", "Install the newer version. What you write now is not kept."),
            Remedy.NONE,
        ),
        store.DatabaseDamagedError: Words(
            QT_TRANSLATE_NOOP("Problems", "The file with your texts is damaged"),
            QT_TRANSLATE_NOOP("Problems", "It could not be read, and it was left untouched."),
            QT_TRANSLATE_NOOP("Problems", "Restore it from a backup. What you write now is not kept."),
            Remedy.NONE,
        ),
        store.StoreError: Words(  # and StorageFailedError
            QT_TRANSLATE_NOOP("Problems", "The disk does not take your texts"),
            QT_TRANSLATE_NOOP("Problems", "Writing or reading the file with your texts failed."),
            QT_TRANSLATE_NOOP(
                "Problems", "Check the disk and its permissions; the text on the screen can still be copied."
            ),
            Remedy.TRY_AGAIN,
        ),
        api.NoBalanceError: Words(
            QT_TRANSLATE_NOOP("Problems", "This server does not tell a balance"),
            QT_TRANSLATE_NOOP("Problems", "It has no page for it, or the key may not see it."),
            QT_TRANSLATE_NOOP("Problems", "Look at the provider's own pages."),
            Remedy.NONE,
        ),
        SpendingLimitError: Words(
            QT_TRANSLATE_NOOP("Problems", "This run would cross the month's limit"),
            QT_TRANSLATE_NOOP("Problems", "Nothing was sent, and nothing was charged."),
            QT_TRANSLATE_NOOP("Problems", "Ask for a shorter answer, or raise the limit of this connection."),
            Remedy.OPEN_CONNECTION,
        ),
        store.DiskFullError: Words(
            QT_TRANSLATE_NOOP("Problems", "The disk is full"),
            QT_TRANSLATE_NOOP("Problems", "What is written now cannot be saved."),
            QT_TRANSLATE_NOOP("Problems", "Free some space; the text on the screen can still be copied."),
            Remedy.TRY_AGAIN,
        ),
    }
)


INVALID_PARAMETERS = Words(
    QT_TRANSLATE_NOOP("Problems", "No server takes one of these settings"),
    "",
    QT_TRANSLATE_NOOP("Problems", "Set the parameters back to neutral, then run again."),
    Remedy.NONE,
)
UNKNOWN = Words(QT_TRANSLATE_NOOP("Problems", "Something went wrong"), "", "")


def words_for(error: ExpectedError) -> Words:
    """Return the words for an error: those of its class, or of the nearest class above it."""
    return next((_WORDS[kind] for kind in type(error).__mro__ if kind in _WORDS), UNKNOWN)
