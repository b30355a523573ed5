"""The `playground` command, as a shell runs it."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from core import LearningCurve, Trainer, presets, read_table

PLAYGROUND = str(Path(sys.executable).with_name("playground"))
TOO_FAST = {
    "data": "plane",
    "network": {"layers": [{"kind": "dense", "units": 8, "activation": "linear"}]},
    "optimizer": {"kind": "sgd", "learning_rate": 10},
}


def playground(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PLAYGROUND, *arguments], capture_output=True, text=True, timeout=60, **options)


def train(*arguments: str, **options: Any) -> list[dict[str, float]]:
    """The lines that a training prints."""
    done = playground("train", *arguments, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def on_a_terminal(*arguments: str) -> str:
    """What a person sees."""
    keyboard, screen = pty.openpty()
    with subprocess.Popen([PLAYGROUND, *arguments], stdin=screen, stdout=screen, stderr=screen) as process:
        os.close(screen)
        seen = b"".join(iter(lambda: read(keyboard), b""))
    os.close(keyboard)
    assert process.returncode == 0
    return seen.decode()


def read(keyboard: int) -> bytes:
    try:
        return os.read(keyboard, 4096)
    except OSError:  # Linux says so when the last writer is gone
        return b""


def test_train_prints_the_figures_of_every_epoch_to_the_last_bit() -> None:
    trainer = Trainer(presets["spiral"])
    lines = train("spiral", "--epochs", "3")
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    for line in lines:
        trainer.advance(epochs=1)
        assert line == trainer.metrics()


def test_figures_stand_in_the_same_order_always() -> None:
    names = ["epoch", "step", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]
    assert list(train("circle", "--epochs", "1")[0]) == names


def test_a_regression_has_no_accuracy() -> None:
    assert list(train("plane", "--epochs", "1")[0]) == ["epoch", "step", "train_loss", "test_loss"]


def test_train_reads_a_file_and_standard_input(tmp_path: Path) -> None:
    document = presets["xor"].model_dump_json()
    (tmp_path / "xor.json").write_text(document)
    of_preset = train("xor", "--epochs", "2")
    assert train(str(tmp_path / "xor.json"), "--epochs", "2") == of_preset
    assert train("-", "--epochs", "2", input=document) == of_preset


def test_train_reads_nine_digits_in_ten_and_more() -> None:
    assert train("digits", "--epochs", "50")[-1]["test_accuracy"] >= 0.96


def test_a_terminal_gets_a_progress_bar() -> None:
    seen = on_a_terminal("train", "circle", "--epochs", "5")
    assert "5/5" in seen and "train loss" in seen and "test accuracy" in seen
    assert "{" not in seen


def test_a_terminal_gets_json_when_asked() -> None:
    seen = on_a_terminal("train", "circle", "--epochs", "2", "--json")
    assert [json.loads(line)["epoch"] for line in seen.splitlines()] == [1, 2]


def test_a_bad_experiment_is_refused_with_all_its_problems() -> None:
    bad = {"batch_size": 0, "optimizer": {"kind": "sgd", "learning_rate": "fast"}}
    done = playground("train", "-", input=json.dumps(bad))
    assert (done.returncode, done.stdout) == (2, "")
    optimizer, batch_size = sorted(done.stderr.splitlines(), reverse=True)
    assert optimizer.startswith("optimizer.learning_rate: expected a number")
    assert batch_size.startswith("batch_size: expected a whole number")


@pytest.mark.parametrize("text", ["", "not json", "[1, 2]", '{"batch_size": NaN}'])
def test_a_document_that_is_no_experiment_is_refused_in_a_line(text: str) -> None:
    done = playground("train", "-", input=text)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_an_unknown_preset_is_told_the_known_ones() -> None:
    done = playground("train", "spirl")
    assert done.returncode == 2
    assert "spirl" in done.stderr and all(name in done.stderr for name in presets)


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    done = playground("train", str(tmp_path))
    assert (done.returncode, done.stderr) == (2, f"{tmp_path} is a folder; expected a JSON file.\n")


def test_bytes_that_are_no_text_are_refused_in_plain_words(tmp_path: Path) -> None:
    document = tmp_path / "picture.json"
    document.write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    sentence = "Expected a JSON document, got bytes that are not text in UTF-8.\n"
    with document.open() as picture:
        for done in (playground("train", str(document)), playground("train", "-", stdin=picture)):
            assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)


def test_a_divergence_ends_with_a_sentence() -> None:
    done = playground("train", "-", "--epochs", "100", input=json.dumps(TOO_FAST))
    assert done.returncode == 3
    assert "learning rate of 10" in done.stderr and len(done.stderr.splitlines()) == 1
    assert "NaN" not in done.stdout and "Infinity" not in done.stdout


def test_a_stop_rule_ends_the_training_and_says_why() -> None:
    document = {"data": "circle", "stop": {"kind": "epochs", "epochs": 2}}
    done = playground("train", "-", "--epochs", "5", input=json.dumps(document))
    assert (done.returncode, len(done.stdout.splitlines()), len(done.stderr.splitlines())) == (0, 2, 1)


def test_ctrl_c_ends_quietly() -> None:
    command = [PLAYGROUND, "train", "digits", "--epochs", "1000000"]
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell lets what it starts behind it ignore it
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, preexec_fn=heeding, **pipes) as process:
        assert process.stdout and process.stderr
        assert json.loads(process.stdout.readline())["epoch"] == 1
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == 130


def test_a_reader_that_stops_ends_the_training() -> None:
    command = [PLAYGROUND, "train", "digits", "--epochs", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_port_in_use_is_told_in_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = playground("--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Cannot listen on 127.0.0.1:{port}: the port is in use; choose another with --port.\n"


def test_an_unknown_host_is_told_in_a_line() -> None:
    done = playground("--host", "nowhere.invalid")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nowhere.invalid:8000" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "front door"), ("PORT", "99999"), ("MAX_RUNS", "-1"), ("ALLOWED_HOSTS", "play.example")],
)
def test_a_bad_setting_is_told_by_its_name(name: str, value: str) -> None:
    done = playground(env=os.environ | {f"PLAYGROUND_{name}": value})
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith(f"PLAYGROUND_{name}: ") and done.stderr.endswith(f", got {value}\n")


def test_a_bad_option_is_told_by_its_name() -> None:
    done = playground("--port", "99999")
    assert (done.returncode, done.stderr) == (2, "--port: Input should be less than or equal to 65535, got 99999\n")


def test_the_version_is_told() -> None:
    assert playground("--version").stdout == f"Neural Playground {version('neural-playground')}\n"


# --- tables --------------------------------------------------------------------------------------------------------

CITIES = "city;size;rent\n" + "".join(f"{'AB'[n % 2]};{n},5;{500 + 40 * n}\n" for n in range(40))


def test_a_table_is_trained_on_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "cities.csv"
    file.write_text(CITIES)
    lines = train(str(file), "--target", "rent", "--epochs", "200")
    assert lines[-1]["test_loss"] < lines[0]["test_loss"] / 10
    assert "train_accuracy" in train(str(file), "--target", "city", "--epochs", "1")[0]


def test_an_experiment_may_name_a_table_that_is_brought_with_it(tmp_path: Path) -> None:
    file, document = tmp_path / "cities.csv", tmp_path / "cities.json"
    file.write_text(CITIES)
    experiment = {"data": read_table(CITIES.encode()).data("rent"), "batch_size": 4}
    document.write_text(json.dumps(experiment))
    assert train(str(document), "--table", str(file), "--epochs", "2")[1]["epoch"] == 2
    without = playground("train", str(document), "--epochs", "2")
    assert (without.returncode, without.stdout) == (2, "")
    assert "data.table: expected a table that is kept here" in without.stderr


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("a,b\n1,2\n3\n", "", "line 3"),
        (CITIES, "height", '--target: expected one of city, size, rent as the target, got "height"'),
        ("", "", "expected"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, text: str, target: str, said: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    done = playground("train", str(file), "--target", target)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr


# --- learning curves ------------------------------------------------------------------------------------------------

FEW = ("circle", "--sizes", "2", "--repeats", "1", "--epochs", "5", "--model", "network")


def test_a_learning_curve_prints_every_point_and_its_scores() -> None:
    done = playground("learning-curve", *FEW)
    curve = LearningCurve(
        experiment=presets["circle"], sizes=2, repeats=1, epochs=5, models=("network",), inputs=("raw", "engineered")
    )
    expected = [point._asdict() | curve.score(point)._asdict() for point in curve.points]
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected


def test_on_a_terminal_a_learning_curve_is_a_table() -> None:
    seen = on_a_terminal("learning-curve", *FEW)
    assert "Accuracy on 90 test samples" in seen
    assert re.search(r"210 │ +\d+\.\d%", seen)


def test_a_learning_curve_that_is_stopped_says_how_far_it_came() -> None:
    arguments = [PLAYGROUND, "learning-curve", "digits", "--model", "network", "--sizes", "12", "--repeats", "10"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr and process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert re.search(r"Stopped: \d+ of 120 points are done\.", process.stderr.read())
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("circle", "--sizes", "1"), "sizes: "),
        (("sine", "--model", "naive_bayes"), "models.0: naive_bayes tells classes only: leave it out of a regression"),
        (("unlabelled_digits",), "experiment.data: expected data with something to be told"),
    ],
)
def test_a_learning_curve_that_cannot_be_is_refused_with_the_reason(arguments: tuple[str, ...], said: str) -> None:
    done = playground("learning-curve", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
