"""The `playground` command: serve the page, train without it, keep what is kept safe."""

import errno
import gc
import socket
import sys
from collections.abc import Collection
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

if TYPE_CHECKING:
    from app.settings import Settings
    from core import Experiment

FAILED, BAD_INPUT, DIVERGED, STOPPED = 1, 2, 3, 130
SOURCE = "PRESET|FILE.json|FILE.csv|LINK|-"
Target = Annotated[str, typer.Option(help="Of a table: the column to be told from the others.")]
TableFile = Annotated[str, typer.Option(metavar="FILE.csv", help="The table that the experiment names.")]
SECRETS = {"admin_token", "class_code"}
WHY_NOT = {
    errno.EADDRINUSE: "the port is in use; choose another with --port",
    errno.EACCES: "the system allows this port to administrators only; choose another with --port",
    errno.EADDRNOTAVAIL: "this machine does not have that address; choose another with --host",
    socket.EAI_NONAME: "no machine has that name; choose another with --host",
    socket.EAI_AGAIN: "that name cannot be looked up now; choose another with --host",
}

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main() -> None:
    command()


@command.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; otherwise PLAYGROUND_HOST, or 127.0.0.1.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; otherwise PLAYGROUND_PORT, or 8000.")] = None,
    is_version_asked: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Watch neural networks learn: serve the playground to the browser."""
    if is_version_asked:
        print("Neural Playground", version("neural-playground"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        listen({name: value for name, value in (("host", host), ("port", port)) if value is not None})


@command.command()
def train(
    source: Annotated[str, typer.Argument(metavar=SOURCE, help="What to train.")],
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training data.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per epoch.")] = False,
    target: Target = "",
    table: TableFile = "",
) -> None:
    """Train a network here, without a server."""
    from app import headless
    from core import InvalidExperiment

    experiment = experiment_from(source, target, table)
    try:
        headless.train(experiment, epochs, as_json)
    except InvalidExperiment as error:
        fail(str(error), BAD_INPUT)
    except headless.Diverged as error:
        fail(str(error), DIVERGED)


@command.command("learning-curve")
def learning_curve(
    source: Annotated[str, typer.Argument(metavar=SOURCE, help="The network, and its data.")],
    sizes: Annotated[int, typer.Option(help="How many sizes of the training set; otherwise 6.")] = 0,
    repeats: Annotated[int, typer.Option(help="How many draws of each size; otherwise 3.")] = 0,
    epochs: Annotated[int, typer.Option(help="Passes over all training data; otherwise 50.")] = 0,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", help="Who learns: network, linear, naive_bayes, decision_tree, support_vectors."),
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option("--inputs", help="What flat models are given: raw, engineered.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per point.")] = False,
    target: Target = "",
    table: TableFile = "",
) -> None:
    """Show how good a network and flat models become with more and more data."""
    from app import headless_learning
    from core import InvalidExperiment

    experiment = experiment_from(source, target, table)
    try:
        curve = headless_learning.curve_of(
            experiment, sizes=sizes, repeats=repeats, epochs=epochs, models=models, inputs=inputs
        )
    except InvalidExperiment as error:
        fail(str(error), BAD_INPUT)
    try:
        headless_learning.learn(curve, as_json)
    except headless_learning.Stopped as stopped:
        fail(str(stopped), STOPPED)


@command.command()
def backup(file: Annotated[str, typer.Argument(metavar="FILE|-", help="Where to write it.")]) -> None:
    """Write all that is kept to a file, while the server runs or rests."""
    from app.backup import BackupError, take_backup

    try:
        take_backup(settings_with({}), file)
    except BackupError as error:
        fail(str(error), FAILED)


@command.command()
def restore(file: Annotated[str, typer.Argument(metavar="FILE|-", help="A backup.")]) -> None:
    """Put a backup in the place of what is kept. What was there is kept beside it."""
    from app.backup import BackupError, restore_backup
    from app.main import MIGRATIONS

    try:
        before = restore_backup(settings_with({}), file, MIGRATIONS)
    except BackupError as error:
        fail(str(error), FAILED)
    print("The backup is in its place." + (f" What was there before is now {before}." if before else ""))


def experiment_from(source: str, target: str, table: str) -> "Experiment":
    """What is named on the command line, with the table that it names."""
    from app import headless
    from core import InvalidExperiment

    try:
        if table:
            headless.bring(table)
        return headless.experiment_from(source, target)
    except (InvalidExperiment, headless.UnknownExperiment, OSError) as error:
        fail(str(error), BAD_INPUT)


def listen(options: dict[str, str | int]) -> None:
    gc.disable()  # until the server is there: what is brought into memory stays
    from app import main
    from app.languages import InvalidLanguage
    from app.store import StoreError

    settings = settings_with(options)
    try:
        main.serve(settings)
    except InvalidLanguage as error:
        fail(str(error), FAILED)
    except StoreError as error:
        fail(str(error), FAILED)
    except OSError as error:
        if error.errno not in WHY_NOT:
            raise
        fail(f"Cannot listen on {settings.host}:{settings.port}: {WHY_NOT[error.errno]}.", FAILED)


def settings_with(options: dict[str, str | int]) -> "Settings":
    """The settings from the environment, and those given as options; tells what is wrong with them."""
    from app.settings import Settings

    try:
        return Settings.model_validate(options)
    except ValidationError as error:
        fail("\n".join(problem(detail, options) for detail in error.errors()), BAD_INPUT)


def problem(detail: ErrorDetails, options: Collection[str]) -> str:
    """As in: --port: Input should be less than or equal to 65535, got 99999."""
    name = str(detail["loc"][0])
    place = f"--{name}" if name in options else f"PLAYGROUND_{name.upper()}"
    got = "" if name in SECRETS else f", got {detail['input']}"
    return f"{place}: {detail['msg'].removeprefix('Value error, ')}{got}"


def fail(message: str, exit_code: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(exit_code)
