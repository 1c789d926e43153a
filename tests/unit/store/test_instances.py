from pathlib import Path

from app.store.instances import Instance
from tests.unit.store.material import program

HOLDER = """
import sys
from pathlib import Path
from app.store.instances import Instance
instance = Instance(Path(sys.argv[1]))
instance.hold()
print(instance.id, flush=True)
sys.stdin.read()
"""


def test_one_that_holds_its_lock_is_alive(tmp_path: Path) -> None:
    mine, other = Instance(tmp_path / "i"), Instance(tmp_path / "i")
    mine.hold()
    other.hold()
    assert mine.is_alive(other.id)
    assert other.is_alive(mine.id)
    assert mine.is_alive(mine.id)
    other.release()
    assert not mine.is_alive(other.id)
    mine.release()
    assert not mine.is_alive(mine.id)


def test_one_never_heard_of_is_dead(tmp_path: Path) -> None:
    assert not Instance(tmp_path).is_alive("never-was")


def test_release_leaves_nothing_and_may_be_repeated(tmp_path: Path) -> None:
    mine = Instance(tmp_path / "i")
    mine.hold()
    mine.hold()
    mine.release()
    mine.release()
    assert list((tmp_path / "i").iterdir()) == []


def test_a_killed_program_is_dead_and_swept_away(tmp_path: Path) -> None:
    mine = Instance(tmp_path / "i")
    mine.hold()
    with program(HOLDER, tmp_path / "i") as other:
        assert other.stdout
        other_id = other.stdout.readline().strip()
        assert mine.is_alive(other_id)
        mine.sweep()
        assert mine.is_alive(other_id), "a sweep must spare the living"
        other.kill()
        other.wait(timeout=30)
    assert not mine.is_alive(other_id)
    mine.sweep()
    assert [path.stem for path in (tmp_path / "i").iterdir()] == [mine.id]
    assert mine.is_alive(mine.id)
    mine.release()


def test_a_lock_file_swept_away_before_it_was_locked_is_made_again(tmp_path: Path) -> None:
    mine, other = Instance(tmp_path / "i"), Instance(tmp_path / "i")
    mine.hold()
    (tmp_path / "i" / f"{mine.id}.lock").unlink()
    mine.release()
    mine.hold()
    assert other.is_alive(mine.id)
    mine.release()
