"""The doctor's facts, a line each."""

from tests.unit.cli.conftest import Shell


def test_each_fact_is_a_line_and_a_fault_is_marked(shell: Shell) -> None:
    shell.monkeypatch.setenv("QT_QPA_PLATFORM", "nowhere")
    assert shell.run("doctor") == 1
    lines = shell.out.splitlines()
    assert any(line.startswith("Quillpane: ") for line in lines)
    assert any(line.startswith("! Qt platform: ") for line in lines)
    assert f"Data folder: {shell.folder}" in lines
    assert "Server: none configured" in lines
