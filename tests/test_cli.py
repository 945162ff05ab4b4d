"""The command line as a person meets it: processes, exit codes, pipes, files, interrupts."""

import csv
import importlib
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import workings
from workings.run import saved as saved_runs

ROOT = Path(__file__).parent.parent
IDENTITY = ROOT / "examples" / "identity.md"
LONG = "input x in {1}\nweight w in R\nrate α = 1/1000000\nstart w = 1\nE = (w x)^2\n"


def run(
    *args: str | Path, stdin: str | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workings", *map(str, args)]
    whole = {**os.environ, **(env or {})}
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=whole, cwd=ROOT, check=False)


def as_json(*args: str | Path, code: int = 0) -> Any:
    done = run(*args, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_learn_tells_it_all_from_the_page_to_the_weight() -> None:
    done = run("learn", IDENTITY)
    assert done.returncode == 0
    assert done.stderr == ""
    for piece in (
        "(ŷ − y) x ŷ (1 − ŷ)",
        "A(z) (1 − A(z))",
        "Why subtract. E falls as w grows, so w has to become larger",
        "At x = 0 the slope is 0 whatever the weights are (its factor x is 0), so E stays 0.125.",
        "w stops at 1, the end of its interval, though the mean of E would still fall.",
        "With a bias b and w any real number, the mean of E comes down to",
        "a whole pass over the patterns left every weight as it was, to the last bit",
        "x = 1 0.731059 1 0.0361647",
    ):
        assert piece in " ".join(done.stdout.split())


def test_the_answer_comes_first_and_all_of_it_fits_on_two_screens() -> None:
    lines = run("learn", IDENTITY, env={"COLUMNS": "100"}).stdout.splitlines()
    assert len(lines) <= 90
    assert next(at for at, line in enumerate(lines) if "The network, as it was read" in line) <= 20


def test_learn_in_full_has_everything_and_what_was_not_used_last() -> None:
    shown = " ".join(run("learn", IDENTITY, "--detail", "full").stdout.split())
    wanted = ("The forward pass", "The backward pass: what runs", "What stands out", "how it is known",
              "At x = 0 the gradient is 0 for every w, because the factor x is 0 there, and E stays 1/8")  # fmt: skip
    assert not [piece for piece in wanted if piece not in shown]


def test_a_request_is_checked_before_anything_is_printed() -> None:
    for request in (("--rate", "0"), ("--start", "w=2"), ("--start", "q=1")):
        done = run("learn", IDENTITY, *request)
        assert done.returncode == 2
        assert not done.stdout


def test_read_prints_what_reads_back(tmp_path: Path) -> None:
    first = run("read", IDENTITY)
    again = tmp_path / "again.txt"
    again.write_text(first.stdout, encoding="utf-8")
    assert run("read", again).stdout == first.stdout
    assert run("read", "-", stdin=first.stdout).stdout == first.stdout


def test_json_of_read() -> None:
    found = as_json("read", IDENTITY)
    assert found["equations"] == [
        "T(x) = x",
        "A(z) = 1/(1 + e^(-z))",
        "y = T(x)",
        "y_hat = A(w x)",
        "E = 1/2 (y_hat - y)^2",
    ]
    assert found["roles"]["w"] == {"role": "weight", "domain": "[0, 1]", "line": 8, "why": "declared: `weight`"}
    assert found["not_used"] == []


def test_json_of_derive() -> None:
    found = as_json("derive", IDENTITY)
    gradient = found["gradients"]["w"]
    assert found["error"] == "E"
    assert gradient["plain"] == "(y_hat - y) x y_hat (1 - y_hat)"
    assert gradient["latex"] == r"(\hat{y} - y) x \hat{y} (1 - \hat{y})"
    assert gradient["lines"][-1]["plain"] == gradient["plain"]
    assert all(line["rule"] and line["reason"] for line in gradient["lines"])


def test_json_of_at() -> None:
    found = as_json("at", IDENTITY, "w=0.3", "x=1")
    assert found["values"]["y_hat"] == pytest.approx(0.574442516811659, rel=1e-15)
    assert found["gradients"] == {"w": pytest.approx(-0.1040310638675848, rel=1e-15)}


def test_json_of_train() -> None:
    found = as_json("train", IDENTITY, "--start", "w=0.5", "--rate", "0.25", "--seed", "7", "--steps", "3")
    assert found["steps"] == 3
    assert found["stopped"] == "steps"
    assert found["seed"] == 7
    assert 0.5 < found["weights"]["w"] < 1


def test_json_of_an_error_is_one_document() -> None:
    done = run("read", "-", "--json", stdin="weight w in [1, 0]\nE = (w x)^2")
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert [set(e) for e in found["errors"]] == [{"file", "line", "column", "found", "expected", "why", "instead"}] * 2
    assert done.stderr.startswith("<stdin>:1:13: the ends of `[1, 0]` are swapped")


def test_nan_and_infinity_are_null_in_json() -> None:
    done = run("at", "-", "w=0", "--json", stdin="weight w in R\nE = log(w)")
    assert json.loads(done.stdout)["values"] == {"w": 0.0, "E": None}


@pytest.mark.parametrize(
    "args",
    [
        ("read", "nothing.md"),
        ("derive", IDENTITY, "--detail", "middling"),
        ("derive", IDENTITY, "q"),
        ("derive", IDENTITY, "--of", "q"),
        ("at", IDENTITY, "w=abc"),
        ("at", IDENTITY, "w=0.5"),
        ("at", IDENTITY, "q=1"),
        ("train", IDENTITY, "--rate", "-1"),
        ("train", IDENTITY, "--start", "w"),
        ("train", IDENTITY, "--start", "w=2"),
        ("train", IDENTITY, "--order", "random"),
        ("train", IDENTITY, "--steps", "-1"),
        ("train", IDENTITY, "--nonsense"),
        ("learn", IDENTITY, "--format", "word"),
        ("unheard-of",),
    ],
)
def test_wrong_use_ends_with_2_and_a_message(args: tuple[str | Path, ...]) -> None:
    done = run(*args)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("suffix", ["md", "tex", "html", "txt"])
def test_a_document_is_written_in_the_format_of_its_suffix(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    assert run("learn", IDENTITY, "-o", out).returncode == 0
    text = out.read_text(encoding="utf-8")
    marks = {"md": "\\frac{\\partial E}{\\partial w}", "tex": r"\begin{align*}", "html": "<mfrac>", "txt": "∂E/∂w"}
    assert marks[suffix] in text


def test_a_page_asks_no_other_host_for_anything(tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    run("learn", IDENTITY, "-o", out)
    text = out.read_text(encoding="utf-8")
    assert "http:" not in text
    assert "https:" not in text
    assert "src=" not in text


def test_the_history_goes_to_csv_and_parquet(tmp_path: Path) -> None:
    # Loaded by name: pyarrow has no type stubs.
    parquet: Any = importlib.import_module("pyarrow.parquet")
    table, columns = tmp_path / "h.csv", tmp_path / "h.parquet"
    assert run("train", IDENTITY, "-o", table).returncode == 0
    assert run("train", IDENTITY, "-o", columns).returncode == 0
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    data: Any = parquet.read_table(columns)
    assert list(rows[0]) == data.column_names
    assert [float(row["gradient_w"]) for row in rows] == data["gradient_w"].to_pylist()
    assert float(rows[-1]["w"]) == 1.0


def test_a_saved_run_is_taken_up_with_the_same_bits(tmp_path: Path) -> None:
    whole, half, rest = (tmp_path / f"{name}.csv" for name in ("whole", "half", "rest"))
    saved = tmp_path / "run.json"
    start = ("--start", "w=0.25", "--order", "shuffled")
    run("train", IDENTITY, *start, "--steps", "11", "-o", whole)
    run("train", IDENTITY, *start, "--steps", "5", "-o", half, "--save", saved)
    assert run("train", IDENTITY, "--resume", saved, "--steps", "6", "-o", rest).returncode == 0
    assert rest.read_bytes() == whole.read_bytes()
    assert whole.read_bytes().startswith(half.read_bytes())


@pytest.mark.parametrize("key", [
    "network", "rate", "order", "batch", "seed", "method", "constants", "schedule", "horizon", "numbers", "every",
    "start", "stopped", "said", "steps", "last", "checksum", "states",
])  # fmt: skip
def test_a_saved_run_that_was_changed_is_refused(key: str) -> None:
    net = workings.read(IDENTITY)
    history = net.train(steps=5)
    whole = json.loads(saved_runs.dump(history, net.notation))
    without = {name: value for name, value in whole.items() if name != key}
    others: list[object] = [math.inf, -1, {"q": "x"}]
    spoilt = [without, *({**whole, key: other} for other in others if not (key == "seed" and other == -1))]
    for data in spoilt:
        if key in ("method", "schedule", "said") and data.get(key) in others[:2]:
            continue
        with pytest.raises(workings.ReadError):
            saved_runs.load(json.dumps(data).encode(), "run.json", net.derive(), net.notation, net.schedule)


@pytest.mark.parametrize("tear", ["empty", "half", "other", "not json"])
def test_a_torn_or_foreign_run_is_refused(tmp_path: Path, tear: str) -> None:
    saved = tmp_path / "run.json"
    run("train", IDENTITY, "--steps", "5", "--save", saved)
    whole = saved.read_text(encoding="utf-8")
    torn = {
        "empty": "",
        "half": whole[: len(whole) // 2],
        "other": whole.replace("ŷ = A(w x)", "ŷ = A(x w)"),
        "not json": "x",
    }
    saved.write_text(
        torn[tear].replace("ŷ    = A(w x)", "ŷ    = A(x w)") if tear == "other" else torn[tear], encoding="utf-8"
    )
    done = run("train", IDENTITY, "--resume", saved)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_full_disk_leaves_what_was_there() -> None:
    done = run("learn", IDENTITY, "-o", "/dev/full", "--format", "text")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr


def test_a_device_is_written_and_not_replaced() -> None:
    assert run("learn", IDENTITY, "-o", "/dev/null", "--format", "text").returncode == 0
    assert Path("/dev/null").is_char_device()


def test_a_reader_that_leaves_is_no_failure() -> None:
    command = f"{sys.executable} -m workings learn {IDENTITY} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""


def test_an_interrupt_keeps_and_reports_what_was_done(tmp_path: Path) -> None:
    saved, source = tmp_path / "run.json", tmp_path / "long.txt"
    source.write_text(LONG, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "workings",
        "train",
        str(source),
        "--steps",
        "100000000000",
        "--schedule",  # an update that reads the time never counts as at rest
        "α / (1 + t/10^9)",
        "--save",
        str(saved),
        "--json",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    found = json.loads(out)
    assert found["stopped"] == "interrupted"
    assert found["steps"] > 1000
    assert json.loads(saved.read_text(encoding="utf-8"))["steps"] == found["steps"]


def test_no_color_is_obeyed_and_a_pipe_gets_none() -> None:
    assert "\x1b" not in run("learn", IDENTITY).stdout


def test_version_and_help() -> None:
    assert run("--version").stdout.strip() == f"workings {workings.__version__}"
    shown = run("--help").stdout
    assert all(verb in shown for verb in ("learn", "read", "derive", "at", "train"))


def test_start_up_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['workings', 'learn', 'examples/identity.md']\n"
        "from workings.cli.main import run\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'sympy', 'matplotlib', 'lark', 'pyarrow', 'llvmlite', 'flint'} & set(sys.modules)\n"
        "sys.stderr.write(' '.join(sorted(heavy)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("wrong", "found", "instead"),
    [
        (("learn", IDENTITY, "--ratte", "3"), "there is no option --ratte", "--rate"),
        (("lern", IDENTITY), "there is no command lern", "workings learn"),
        (("learn", IDENTITY, "--rate", "abc"), "'abc' is not a number", "workings learn --help"),
    ],
)
def test_wrong_use_names_what_is_near(wrong: tuple[str | Path, ...], found: str, instead: str) -> None:
    done = run(*wrong)
    assert done.returncode == 2
    assert not done.stdout
    assert found in done.stderr
    assert instead in done.stderr.splitlines()[-1]


def test_help_and_the_version_are_asked_for_in_either_way() -> None:
    assert run("-h").stdout == run("--help").stdout == run().stdout
    assert run("-V").stdout == run("--version").stdout
    assert run("learn", "-h").stdout == run("learn", "--help").stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_of_another_encoding_is_told_the_same(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "workings", "check", str(ROOT / "examples" / "derivation.md")],
        capture_output=True, cwd=ROOT, check=False, env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.returncode == 1
    assert b"dE/dw = dE/dy_hat" in done.stdout
    assert b"Traceback" not in done.stderr
