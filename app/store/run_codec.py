"""How a run is written in columns and read back.

Owns the JSON in the columns and the treatment of text that is no valid Unicode. Must not know SQL.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from app.domain.generation import StopReason, Timing, Usage
from app.domain.parameters import SamplingParameters
from app.domain.run import Candidate, Run, RunState
from app.domain.tokens import Alternative, Token

Column = str | bytes | None

TOKENS_PER_PART = 200
"""Tokens in one row: reading or writing one row holds the interpreter for about a millisecond, which no one sees."""


def text_to_column(text: str) -> str | bytes:
    """Return text as SQLite can hold it: half of a surrogate pair, which models do send, only fits a blob."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")
    return text


def text_from_column(column: str | bytes) -> str:
    """Return what `text_to_column` was given."""
    return column if isinstance(column, str) else column.decode(errors="surrogatepass")


def time_to_column(moment: datetime) -> str:
    """Return a time in UTC such that later ones sort behind earlier ones; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def run_to_columns(run: Run) -> dict[str, Column]:
    """Return the columns of `runs` that a run fills; tokens are apart."""
    candidates = [{"text": item.text, "reason": item.reason, "detail": item.detail} for item in run.candidates]
    return {
        "id": run.id,
        "created": time_to_column(run.created),
        "profile_id": run.profile_id,
        "model": text_to_column(run.model),
        "prompt": text_to_column(run.prompt),
        "carried": text_to_column(run.carried),
        "parameters": json.dumps(run.parameters.to_json()),
        "candidates": candidates_to_column(candidates),
        "usage": json.dumps(asdict(run.usage)) if run.usage else None,
        "timing": json.dumps(asdict(run.timing)) if run.timing else None,
        "state": run.state.value,
        "problem": text_to_column(run.problem),
    }


def run_from_columns(
    row: Mapping[str, Any],
    pieces: Iterable[tuple[int, str | bytes]] = (),
    tokens: Iterable[tuple[int, str]] = (),
) -> Run:
    """Return the run of one row, with the journaled pieces and the token parts that belong to it, both in order."""
    candidates = join_pieces(candidates_from_column(row["candidates"]), pieces)
    by_candidate: dict[int, list[Token]] = {}
    for index, part in tokens:
        by_candidate.setdefault(index, []).extend(_token_from_json(item) for item in json.loads(part))
    return Run(
        id=row["id"],
        created=datetime.fromisoformat(row["created"]),
        prompt=text_from_column(row["prompt"]),
        model=text_from_column(row["model"]),
        profile_id=row["profile_id"],
        parameters=SamplingParameters.from_json(json.loads(row["parameters"])),
        carried=text_from_column(row["carried"]),
        candidates=tuple(
            Candidate(
                text=item["text"],
                reason=None if item["reason"] is None else StopReason(item["reason"]),
                detail=item["detail"],
                tokens=tuple(by_candidate.get(index, ())),
            )
            for index, item in enumerate(candidates)
        ),
        usage=Usage(**json.loads(row["usage"])) if row["usage"] else None,
        timing=Timing(**json.loads(row["timing"])) if row["timing"] else None,
        state=RunState(row["state"]),
        problem=text_from_column(row["problem"]),
    )


def candidates_to_column(candidates: Sequence[Mapping[str, object]]) -> str | bytes:
    """Return the `candidates` column for a list of {text, reason, detail}."""
    return text_to_column(json.dumps(candidates, ensure_ascii=False))


def candidates_from_column(column: str | bytes) -> list[dict[str, Any]]:
    """Return what `candidates_to_column` was given."""
    candidates: list[dict[str, Any]] = json.loads(text_from_column(column))
    return candidates


def join_pieces(candidates: list[dict[str, Any]], pieces: Iterable[tuple[int, str | bytes]]) -> list[dict[str, Any]]:
    """Return the candidates with journaled text added to each, and with those the journal was the first to name."""
    added: dict[int, list[str]] = {}
    for index, text in pieces:
        added.setdefault(index, []).append(text_from_column(text))
    missing = max(added, default=-1) + 1 - len(candidates)
    joined = [*candidates, *({"text": "", "reason": None, "detail": ""} for _ in range(missing))]
    return [item | {"text": item["text"] + "".join(added.get(index, ()))} for index, item in enumerate(joined)]


def token_parts(run: Run) -> Iterator[tuple[int, int, str]]:
    """Yield the rows of `run_tokens` for a run: candidate, part, JSON."""
    for index, candidate in enumerate(run.candidates):
        for start in range(0, len(candidate.tokens), TOKENS_PER_PART):
            part = candidate.tokens[start : start + TOKENS_PER_PART]
            yield index, start // TOKENS_PER_PART, json.dumps([_token_to_json(token) for token in part])


def _token_to_json(token: Token) -> list[object]:
    alternatives = [[item.text, item.logprob, _hex(item.data)] for item in token.alternatives]
    return [token.text, token.logprob, _hex(token.data), alternatives]


def _token_from_json(item: list[Any]) -> Token:
    text, logprob, data, alternatives = item
    return Token(text, logprob, _unhex(data), tuple(Alternative(a, b, _unhex(c)) for a, b, c in alternatives))


def _hex(data: bytes | None) -> str | None:
    return None if data is None else data.hex()


def _unhex(data: str | None) -> bytes | None:
    return None if data is None else bytes.fromhex(data)
