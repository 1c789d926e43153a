"""Which server is asked, which key it gets, and what is sent."""

from typing import Any

import pytest

from app.assembly import Services
from app.cli.arguments import parse
from app.cli.completing import Server, model_of, parameters_of, prompt_of, server_of
from app.cli.terminal import UsageError
from app.domain.parameters import SamplingParameters
from app.domain.profile import BUILT_IN, Profile
from app.store.errors import KeychainLockedError
from tests.relay import Relay
from tests.relay.completion_server import completion_server
from tests.unit.cli.conftest import Shell
from tests.unit.services.chains import Chain

RELAY = Profile("", "Relay", "https://relay.example/v1")
OPENAI = Profile("", "OpenAI", "https://api.openai.com/v1")


def test_what_is_not_given_keeps_its_neutral_value() -> None:
    assert parameters_of(parse(["complete", "x"])) == SamplingParameters()


def test_every_parameter_has_its_argument() -> None:
    given = (
        "complete x --max-tokens 7 --temperature 0.5 --top-p 0.9 -n 3 --stop END --stop \\n --logprobs 2 --seed 4 "
        "--presence-penalty -1 --frequency-penalty 1.5 --suffix after"
    )
    assert parameters_of(parse(given.split())) == SamplingParameters(
        max_tokens=7,
        temperature=0.5,
        top_p=0.9,
        n=3,
        stop=("END", "\n"),
        logprobs=2,
        seed=4,
        presence_penalty=-1.0,
        frequency_penalty=1.5,
        suffix="after",
    )


def test_q11_a_blank_at_the_end_of_the_prompt_is_said_and_kept(shell: Shell) -> None:
    assert prompt_of("Once upon ") == "Once upon "
    shell.err = shell.capsys.readouterr().err
    assert shell.has_one_sentence()


class Asked:
    """What a command would ask of which server, with these connections and this environment."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.chain = Chain()

    def __call__(self, *arguments: str, keys: dict[str, str | None] | None = None, **environment: str) -> Server:
        for name, value in environment.items():
            self.shell.monkeypatch.setenv(name, value)

        async def body(services: Services) -> Server:
            for profile in (RELAY, OPENAI):
                if keys is not None and profile.name in keys:
                    await services.connections.add(profile, keys[profile.name])
            return await server_of(services, parse(["complete", "x", *arguments]))

        found = self.shell.ask(body, self.chain)
        assert isinstance(found, Server)
        return found


@pytest.fixture
def asked(shell: Shell) -> Asked:
    return Asked(shell)


def place_and_key(server: Server) -> tuple[str, str | None]:
    assert server.endpoint is not None
    return server.endpoint.base_url, server.endpoint.key


def test_without_anything_the_built_in_model_answers(asked: Asked) -> None:
    assert asked(OPENAI_API_KEY="sk-env") == Server(BUILT_IN)
    assert asked("-c", "built-in", OPENAI_API_KEY="sk-env") == Server(BUILT_IN)


def test_the_key_of_the_environment_goes_to_the_server_that_is_named(asked: Asked) -> None:
    server = asked("--base-url", "relay.example", OPENAI_API_KEY=" Bearer sk-env ")
    assert place_and_key(server) == ("https://relay.example/v1", "sk-env")


def test_the_address_may_come_from_the_environment_and_an_argument_wins(asked: Asked) -> None:
    assert place_and_key(asked(OPENAI_BASE_URL="https://env.example/v1"))[0] == "https://env.example/v1"
    assert place_and_key(asked("--base-url", "arg.example"))[0] == "https://arg.example/v1"


def test_a_kept_key_comes_first_at_its_own_origin(asked: Asked) -> None:
    server = asked("--base-url", "relay.example/api", keys={"Relay": "sk-kept"}, OPENAI_API_KEY="sk-env")
    assert place_and_key(server) == ("https://relay.example/api/v1", "sk-kept")
    assert server.profile.name == "Relay"


def test_a_kept_key_never_goes_to_another_server(asked: Asked) -> None:
    assert place_and_key(asked("--base-url", "other.example", keys={"Relay": "sk-kept"}))[1] is None


def test_a_connection_is_asked_by_its_name_with_its_own_key(asked: Asked) -> None:
    server = asked("-c", "relay", keys={"Relay": "sk-kept", "OpenAI": "sk-two"}, OPENAI_API_KEY="sk-env")
    assert (server.profile.name, server.endpoint) == ("Relay", None), "as the connection is kept"


def test_the_key_of_the_environment_never_goes_to_a_connection_elsewhere(asked: Asked) -> None:
    assert asked("-c", "relay", keys={"Relay": None}, OPENAI_API_KEY="sk-env").endpoint is None
    elsewhere = asked("-c", "openai", keys={"OpenAI": None}, OPENAI_API_KEY="x", OPENAI_BASE_URL="https://a.example")
    assert elsewhere.endpoint is None


@pytest.mark.parametrize(
    ("name", "beside"), [("OpenAI", ""), ("OpenAI", "https://api.openai.com/v1"), ("Relay", "https://relay.example/v2")]
)
def test_it_goes_to_the_connection_it_belongs_to(asked: Asked, name: str, beside: str) -> None:
    environment = {"OPENAI_API_KEY": "sk-env"} | ({"OPENAI_BASE_URL": beside} if beside else {})
    server = asked("-c", name, keys={name: None}, **environment)
    assert place_and_key(server) == (server.profile.base_url, "sk-env")


def test_there_a_kept_key_comes_first_too(asked: Asked) -> None:
    assert place_and_key(asked("-c", "openai", keys={"OpenAI": "sk-kept"}, OPENAI_API_KEY="sk-env"))[1] == "sk-kept"


def test_a_locked_key_chain_matters_only_where_there_is_no_other_key(asked: Asked) -> None:
    asked("--base-url", "relay.example", keys={"Relay": "sk-kept"})
    asked.chain.is_locked = True
    with pytest.raises(KeychainLockedError):
        asked("--base-url", "relay.example")
    assert place_and_key(asked("--base-url", "relay.example", OPENAI_API_KEY="sk-env"))[1] == "sk-env"


def test_of_several_connections_to_one_host_the_one_with_a_key_is_asked(shell: Shell) -> None:
    async def body(services: Services) -> Server:
        await services.connections.add(RELAY)
        await services.connections.add(RELAY, "sk-second")
        return await server_of(services, parse(["complete", "x", "--base-url", "relay.example"]))

    assert place_and_key(shell.ask(body, Chain()))[1] == "sk-second"


def model(shell: Shell, profile: Profile, *arguments: str, chosen: str | None = None) -> Any:
    async def body(services: Services) -> str:
        kept = (await services.connections.add(profile)).profile
        if chosen is not None:
            services.connections.choose("write", kept.id, chosen)
        options = parse(["complete", "x", "-c", kept.name, *arguments])
        return await model_of(services, await server_of(services, options), options.model)

    return shell.ask(body)


def test_the_model_is_what_was_asked_for_or_used_there_or_a_favourite(shell: Shell) -> None:
    favoured = Profile("", "Relay", "https://relay.example/v1", favourites=("favourite", "other"))
    assert model(shell, favoured) == "favourite"
    assert model(shell, favoured, chosen="used") == "used"
    assert model(shell, favoured, chosen="") == "favourite"
    assert model(shell, favoured, "--model", "mine", chosen="used") == "mine"


def test_the_built_in_model_goes_by_its_own_name(shell: Shell) -> None:
    async def body(services: Services) -> str:
        services.connections.choose("write", BUILT_IN.id, "chosen in the window")
        return await model_of(services, Server(BUILT_IN), "")

    assert shell.ask(body) != "chosen in the window"


async def test_the_first_model_listed_is_asked_where_none_is_known(shell: Shell) -> None:
    from app.assembly import assemble

    async with Relay() as relay:
        completion_server(relay, models=("first", "second"))
        services = assemble(shell.folder)
        try:
            server = await server_of(services, parse(["complete", "x", "--base-url", relay.base_url]))
            assert await model_of(services, server, "") == "first"
            completion_server(relay, models=())
            with pytest.raises(UsageError, match="--model"):
                await model_of(services, server, "")
        finally:
            await services.aclose()
