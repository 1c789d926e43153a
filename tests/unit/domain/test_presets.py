"""Servers that are known by name, by host and by port."""

import pytest

from app.domain.presets import (
    LOCAL_PORTS,
    PRESETS,
    TASK_SERVICES,
    Preset,
    api_root,
    local_address,
    preset,
    preset_for,
)
from app.domain.profile import Dialect, InvalidAddressError, normalise_address, origin_of


def of(preset_id: str) -> Preset:
    found = preset(preset_id)
    assert found is not None
    return found


def test_the_presets_of_the_protocol_are_there() -> None:
    assert {each.id for each in PRESETS} >= {
        "seed-relay",
        "one-api",
        "new-api",
        "openai",
        "deepseek",
        "openrouter",
        "ollama",
        "lm-studio",
        "llama.cpp",
        "vllm",
        "midjourney-proxy",
    }
    assert len({each.id for each in PRESETS}) == len(PRESETS)
    assert preset("nothing") is None


def test_protocol_1_each_relay_speaks_its_own_dialect() -> None:
    assert of("seed-relay").dialect == Dialect()
    assert of("new-api").dialect == Dialect(suno="newapi")
    assert of("midjourney-proxy").dialect == Dialect(mj_auth="mj-api-secret")
    assert of("one-api").task_services == frozenset()
    assert of("seed-relay").task_services == of("new-api").task_services == TASK_SERVICES
    assert of("midjourney-proxy").task_services == {"midjourney"}


@pytest.mark.parametrize("each", PRESETS, ids=lambda each: each.id)
def test_a_preset_is_complete(each: Preset) -> None:
    assert each.title
    assert each.notes
    assert all(note.endswith(".") and "\n" not in note for note in each.notes)
    assert each.address == "" or normalise_address(each.address) == each.address
    assert each.task_services <= TASK_SERVICES


def test_servers_on_this_computer_need_no_key_and_others_do() -> None:
    for each in PRESETS:
        assert each.needs_key == ("127.0.0.1" not in each.address)


def test_q7_deepseek_takes_sixteen_stop_sequences_and_others_four() -> None:
    assert {each.id: each.max_stop_sequences for each in PRESETS if each.max_stop_sequences != 4} == {"deepseek": 16}


def test_q10_deepseek_completes_text_at_beta() -> None:
    assert of("deepseek").completions_address == "https://api.deepseek.com/beta"
    assert all(each.completions_address == "" for each in PRESETS if each.id != "deepseek")


@pytest.mark.parametrize(
    ("address", "preset_id"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("api.openai.com", "openai"),
        ("https://API.DeepSeek.com/beta", "deepseek"),
        ("https://openrouter.ai", "openrouter"),
        ("localhost:11434", "ollama"),
        ("http://[::1]:1234/v1", "lm-studio"),
        ("http://127.0.0.1:8080/v1/completions", "llama.cpp"),
        ("http://localhost:8000", "vllm"),
        ("127.0.0.1:5001", "koboldcpp"),
    ],
)
def test_known_hosts_and_ports_are_recognised(address: str, preset_id: str) -> None:
    assert preset_for(address) is of(preset_id)


@pytest.mark.parametrize(
    "address",
    [
        "https://relay.example/v1",
        "https://api.openai.com.evil.example/v1",
        "https://notapi.openai.com/v1",
        "http://192.168.1.5:11434",  # another computer may run anything there
        "http://localhost",
        "http://localhost:9999",
        "",
        "no address at all",
    ],
)
def test_other_addresses_are_nobodys(address: str) -> None:
    assert preset_for(address) is None


def test_every_usual_port_has_its_server() -> None:
    assert set(LOCAL_PORTS) == {11434, 1234, 8080, 8000, 5001}
    found = [preset_for(local_address(port)) for port in LOCAL_PORTS]
    assert [each.id for each in found if each] == ["ollama", "lm-studio", "llama.cpp", "vllm", "koboldcpp"]


@pytest.mark.parametrize(
    ("pasted", "root"),
    [
        ("https://openrouter.ai", "https://openrouter.ai/api/v1"),
        ("https://openrouter.ai/v1", "https://openrouter.ai/api/v1"),
        ("https://openrouter.ai/api/v1/chat/completions", "https://openrouter.ai/api/v1"),
        ("https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
        ("open.bigmodel.cn", "https://open.bigmodel.cn/api/paas/v4"),
        ("https://open.bigmodel.cn/api/paas/v4/", "https://open.bigmodel.cn/api/paas/v4"),
        ("https://open.bigmodel.cn/custom/v9", "https://open.bigmodel.cn/custom/v9"),
        ("https://relay.example", "https://relay.example/v1"),
        ("https://api.deepseek.com/beta", "https://api.deepseek.com/beta"),
    ],
)
def test_q10_a_known_host_gets_the_root_it_answers_at(pasted: str, root: str) -> None:
    assert api_root(pasted) == root
    assert api_root(root) == root


def test_a_preset_makes_a_connection() -> None:
    made = of("new-api").profile("7", "Mine", "relay.example/v1/chat/completions")
    assert (made.id, made.name, made.base_url, made.preset) == ("7", "Mine", "https://relay.example/v1", "new-api")
    assert made.dialect == of("new-api").dialect
    assert origin_of(of("ollama").profile("8", "").base_url) == "http://127.0.0.1:11434"
    with pytest.raises(InvalidAddressError):
        of("new-api").profile("9", "")
