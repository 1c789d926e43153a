"""The HTTP client: where the key goes, what is written to logs, and what is built when."""

import logging
import subprocess
import sys
import threading

import pytest

from app.api import errors
from app.api.connection import HttpClient
from app.api.retry import RetryDelays
from app.domain.profile import Endpoint, Network
from tests.relay import Relay, json_answer, redirect
from tests.relay.troubles import compressed
from tests.unit.api.client import KEY, QUICK


@pytest.mark.parametrize("key", [None, ""])
async def test_without_a_key_there_is_no_authorization(key: str | None) -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({})
        http = HttpClient(QUICK)
        await http.get_json(Endpoint(relay.base_url, key), "/models")
        await http.aclose()
        assert "authorization" not in relay.requests[0].headers


@pytest.mark.parametrize("key", ["sk-ключ", "sk-te st", "sk-test\n", "sk-test\x00"])
async def test_a_key_that_no_header_can_carry_is_refused_before_sending(key: str) -> None:
    async with Relay() as relay:
        http = HttpClient(QUICK)
        with pytest.raises(errors.AuthError) as caught:
            await http.get_json(Endpoint(relay.base_url, key), "/models")
        assert relay.connection_count == 0
    assert caught.value.code == "malformed_key"


async def test_headers_of_ones_own_go_with_every_request() -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({})
        http = HttpClient(QUICK)
        await http.get_json(Endpoint(relay.base_url, KEY, extra_headers={"api-key": "x", "User-Agent": "u"}), "/models")
        await http.aclose()
        headers = relay.requests[0].headers
    assert (headers["api-key"], headers["user-agent"]) == ("x", "u")
    assert headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("name", ["authorization", "Host", "X-Evil\r\nX", "Content-Length"])
async def test_headers_that_may_not_be_sent_stop_the_request(name: str) -> None:
    async with Relay() as relay:
        http = HttpClient(QUICK)
        with pytest.raises(errors.ExtraFieldError):
            await http.get_json(Endpoint(relay.base_url, KEY, extra_headers={name: "x"}), "/models")
        assert relay.connection_count == 0


async def test_the_key_never_leaves_the_origin_it_was_given_for() -> None:
    async with Relay() as relay, Relay() as other:
        http = HttpClient(QUICK)
        with pytest.raises(errors.RedirectRefusedError):
            async with http.send(Endpoint(relay.base_url, KEY), "GET", f"{other.base_url}/models"):
                pass
        assert other.connection_count == 0


@pytest.mark.parametrize("location", ["http://other.invalid/?key=my-own-key", "/v1/models?key=my-own-key"])
async def test_case_42_a_key_repeated_in_a_redirect_is_cut_out(location: str) -> None:
    async with Relay() as relay:
        relay.otherwise = redirect(location)
        http = HttpClient(QUICK)
        with pytest.raises(errors.RedirectRefusedError) as caught:
            await http.get_json(Endpoint(relay.base_url, "my-own-key"), "/models")
        await http.aclose()
    assert "key=" in str(caught.value)
    assert "my-own-key" not in f"{caught.value} {caught.value.detail}"


async def test_case_42_a_key_repeated_by_the_server_is_cut_out() -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({"error": {"message": "Incorrect API key provided: my-own-key"}}, 401)
        http = HttpClient(QUICK)
        with pytest.raises(errors.AuthError) as caught:
            await http.get_json(Endpoint(relay.base_url, "my-own-key"), "/models")
        await http.aclose()
    assert "my-own-key" not in f"{caught.value} {caught.value.detail}"


async def test_a_compressed_answer_is_read() -> None:
    async with Relay() as relay:
        relay.otherwise = compressed({"data": ["ü"]})
        http = HttpClient(QUICK)
        assert await http.get_json(Endpoint(relay.base_url), "/models") == {"data": ["ü"]}
        await http.aclose()


async def test_two_requests_share_a_connection() -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({})
        http = HttpClient(QUICK)
        for _ in range(3):
            await http.get_json(Endpoint(relay.base_url), "/models")
        await http.aclose()
        assert relay.connection_count == 1


async def test_nothing_is_logged_below_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Relay() as relay:
        relay.otherwise = json_answer({})
        http = HttpClient(QUICK)
        await http.get_json(Endpoint(relay.base_url, KEY), "/models")
        await http.aclose()
    written = [record.getMessage() for record in caplog.records]
    assert not [message for message in written if KEY in message or relay.base_url in message]


async def test_it_can_be_used_again_after_it_was_closed() -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({})
        http = HttpClient(QUICK)
        for _ in range(2):
            await http.get_json(Endpoint(relay.base_url), "/models")
            await http.aclose()
            await http.aclose()


def test_warming_up_may_happen_in_several_threads_at_once() -> None:
    http = HttpClient()
    threads = [threading.Thread(target=http.warm_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logging.getLogger("httpx").level == logging.WARNING
    assert logging.getLogger("httpcore").level == logging.WARNING


def test_httpx_is_imported_late() -> None:
    program = (
        "import sys, app.api.completions, app.api.models\n"
        "from app.api.connection import HttpClient\n"
        "HttpClient()\n"
        "sys.exit('httpx' in sys.modules or 'anyio' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_limits_are_those_of_the_protocol() -> None:
    network, retries = Network(), RetryDelays()
    assert (network.connect_timeout, network.request_timeout, network.idle_timeout) == (5.0, 600.0, 120.0)
    assert (retries.first, retries.longest, retries.overloaded, retries.longest_asked) == (0.5, 8.0, 5.0, 120.0)
