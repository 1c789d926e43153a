from app.domain.capabilities import Feature
from app.domain.check import Step


def test_steps_come_in_the_order_of_a_check() -> None:
    assert [step.value for step in Step] == [
        *("name", "connection", "proxy", "tls", "key", "model_list", "completion", "chat", "stream", "usage_in_stream"),
        *("logprobs", "n", "stop", "seed", "echo", "suffix", "best_of", "raw_prompt", "pictures"),
    ]


def test_every_feature_has_a_step_but_the_penalties_which_no_tiny_answer_shows() -> None:
    missing = set(Feature) - {step.value for step in Step}
    assert missing == {Feature.PRESENCE_PENALTY, Feature.FREQUENCY_PENALTY}
