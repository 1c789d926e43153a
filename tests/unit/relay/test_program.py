import http.client
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[3]


def test_serves_at_the_printed_address_until_standard_input_ends() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.relay", "--rate", "20000", "--tokens", "200"]
    with subprocess.Popen(
        [*command, "--key", "sk-test"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        address = urlsplit(program.stdout.readline().strip())
        assert (address.hostname, address.path) == ("127.0.0.1", "/v1")
        client = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=20)
        request = {"model": "davinci-002", "prompt": "Once", "max_tokens": 1000, "stream": True}
        client.request("POST", "/v1/completions", json.dumps(request), {"Authorization": "Bearer sk-test"})
        body = client.getresponse().read()
        client.close()
        _, errors = program.communicate(timeout=20)
    assert body.count(b'"text":') == 201
    assert (program.returncode, errors) == (0, "")
