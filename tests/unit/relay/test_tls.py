import shutil
import ssl
from pathlib import Path

import pytest

from tests.relay import Relay, json_answer, keep_silent
from tests.relay.tls import Contexts, self_signed
from tests.support import until
from tests.unit.relay.raw_client import RawClient


@pytest.fixture
def contexts(tmp_path: Path) -> Contexts:
    if shutil.which("openssl") is None:
        pytest.skip("makes its certificate with the openssl program")
    return self_signed(tmp_path)


async def test_speaks_tls_with_the_context_it_is_given(contexts: Contexts) -> None:
    async with Relay(tls=contexts.server) as relay:
        assert relay.base_url.startswith("https://")
        relay.on("POST", "/v1/completions", [json_answer({"n": 1}), keep_silent()])
        async with RawClient(relay, contexts.client) as client:
            assert (await client.post("/v1/completions", {})).json == {"n": 1}
            await client.send_post("/v1/completions", {})
            await until(lambda: relay.answering)
        await until(lambda: relay.disconnects)


async def test_a_client_that_does_not_know_the_certificate_refuses_it(contexts: Contexts) -> None:
    async with Relay(tls=contexts.server) as relay:
        with pytest.raises(ssl.SSLCertVerificationError):
            await RawClient(relay, ssl.create_default_context()).__aenter__()
    assert not relay.requests
