import threading
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


def test_sweeping_never_takes_the_lock_of_one_that_is_just_starting(tmp_path: Path) -> None:
    watcher, is_over = Instance(tmp_path / "i"), threading.Event()

    def sweep() -> None:
        while not is_over.is_set():
            watcher.sweep()

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in sweepers:
        thread.start()
    try:
        for _ in range(500):
            starting = Instance(tmp_path / "i")
            starting.hold()
            # The question itself takes the lock for a moment, so a sweeper can only make a dead one look alive.
            assert watcher.is_alive(starting.id)
            starting.release()
    finally:
        is_over.set()
        for thread in sweepers:
            thread.join()
