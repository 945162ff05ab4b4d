"""The checkers are checked: each fails on a planted fault, so that their silence means something."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("src", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def plant(tree: Path, file: str, fault: str) -> None:
    target = tree / "src" / "workings" / file
    target.write_text(target.read_text(encoding="utf-8") + fault, encoding="utf-8")


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("graph/expr.py", "\nfrom workings.derive import step\n"),
        ("derive/tidy.py", "\nfrom workings.read import text\n"),
        ("show/parts.py", "\nfrom workings.read import text\n"),
        ("derive/step.py", "\nimport numpy\n"),
        ("graph/words/word.py", "\nfrom workings.graph import expr\n"),
        ("graph/network.py", "\nfrom workings.graph.speakers import floats\n"),
        ("why/answer.py", "\nfrom workings import api\n"),
    ],
)
def test_an_import_against_the_stream_is_caught(tree: Path, file: str, fault: str) -> None:
    plant(tree, file, fault)
    done = subprocess.run(
        [tool("lint-imports"), "--no-cache"], cwd=tree, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(tree / "src"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode != 0
    assert "BROKEN" in done.stdout


@pytest.mark.parametrize(
    "fault",
    ["\ndef a():\n    return 1\n", "\nimport os\n", '\ndef b() -> None:\n    """Say."""\n    print("x")\n'],
)
def test_lint_catches_a_planted_fault(tree: Path, fault: str) -> None:
    plant(tree, "source.py", fault)
    done = subprocess.run([tool("ruff"), "check", "--no-cache", "src"], cwd=tree, capture_output=True, check=False)
    assert done.returncode != 0


@pytest.mark.parametrize("fault", ['\nWRONG: int = "text"\n', "\ndef untyped(x):  # no types\n    return x\n"])
def test_the_type_checker_catches_a_planted_fault(tree: Path, fault: str) -> None:
    (tree / "planted.py").write_text(fault, encoding="utf-8")
    (tree / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    done = subprocess.run([tool("basedpyright"), "planted.py"], cwd=tree, capture_output=True, check=False)
    assert done.returncode != 0
