"""A link of TensorFlow Playground replays exactly. The figures were made by its own code, run under Node."""

import numpy as np
import pytest

from core import Experiment, InvalidExperiment, Trainer, is_link
from core.seedrandom import SeedRandom

SITE = "https://playground.tensorflow.org/#"
CIRCLE = SITE + "activation=tanh&batchSize=10&dataset=circle&learningRate=0.03&networkShape=4,2&seed=0.12345&noise=0"

GOLDEN = {
    "activation=tanh&dataset=circle&networkShape=4,2&seed=0.12345": {
        0: (0.5015807429602891, 0.5181059111177386),
        1: (0.49635937670035557, 0.5094232758604605),
        10: (0.4763460088372576, 0.4963097824689227),
        100: (0.00889784142890691, 0.01144976196033489),
    },
    "activation=linear&dataset=gauss&noise=50&networkShape=&seed=0.12345": {
        0: (1.304977048418653, 1.2798943945914298),
        1: (0.13821043169236255, 0.14102731285864817),
        10: (0.11989062281129939, 0.12288400379786166),
        100: (0.11941179724530329, 0.12194449989127351),
    },
    "problem=regression&regDataset=reg-plane&noise=10&networkShape=4&seed=0.12345": {
        0: (0.26035827258785965, 0.2683081995916973),
        1: (0.015481940208062369, 0.017159619814619966),
        10: (0.0031233641314919246, 0.0036215198935177426),
        100: (0.001490491814676119, 0.0016564434442312656),
    },
}


@pytest.mark.parametrize(
    ("seed", "numbers"),
    [
        ("0.12345", [0.9152007406557323, 0.4702753218035592, 0.2736265229359467, 0.4061024686767439]),
        ("0.5", [0.49767758747058916, 0.8074465011135612]),
    ],
)
def test_the_random_numbers_are_seedrandoms(seed: str, numbers: list[float]) -> None:
    random = SeedRandom(seed)
    assert [random.random() for _ in numbers] == numbers


@pytest.mark.parametrize("fragment", GOLDEN, ids=lambda fragment: fragment.partition("&seed")[0])
def test_losses_are_theirs_for_a_hundred_epochs(fragment: str) -> None:
    trainer = Trainer(Experiment.from_link(SITE + fragment))
    for epoch, losses in GOLDEN[fragment].items():
        trainer.advance(epochs=epoch - trainer.epoch)
        found = trainer.metrics()
        assert found["train_loss"] == pytest.approx(losses[0], abs=1e-12)
        assert found["test_loss"] == pytest.approx(losses[1], abs=1e-12)


def test_points_and_weights_are_theirs() -> None:
    trainer = Trainer(Experiment.from_link(CIRCLE))
    assert trainer.data.points[0].tolist() == [4.618077316847547, -1.8354395887379444]
    assert trainer.data.targets[0] == 0
    first = [0.15119012045435498, 0.3395422448435659, 0.3346419187784071, -0.0657659669735432]
    np.testing.assert_allclose(trainer.weights[0][:2, :2].ravel(), first, atol=1e-15)
    assert (trainer.weights[1][:, -1] == 0.1).all()
    trainer.advance(epochs=100)
    output = trainer.weights[-1][0]
    np.testing.assert_allclose(output, [-0.9355938299475891, 2.6901049199781424, -0.7896014002597851], atol=1e-11)


def replayed(link: str, epochs: int) -> tuple[list[np.ndarray], float]:
    """Their training loop, transcribed sample by sample from the description of nn.ts, as an independent witness."""
    trainer = Trainer(Experiment.from_link(link))
    experiment = trainer.experiment
    inputs, targets = trainer.data.train
    labels = np.where(targets == 1, 1.0, -1.0) if experiment.data.task == "classification" else targets
    weights = [block[:, :-1].copy() for block in trainer.weights]
    biases = [block[:, -1].copy() for block in trainer.weights]
    dead = [np.zeros(block.shape, bool) for block in weights]
    gathered_w, gathered_b, count = [0 * w for w in weights], [0 * b for b in biases], 0
    rate, rule = experiment.optimizer.learning_rate, experiment.regularization
    output_slope = (lambda a: 1 - a * a) if experiment.output.kind == "tanh" else (lambda a: np.ones_like(a))
    for _ in range(epochs):
        for index, (x, label) in enumerate(zip(inputs, labels, strict=True)):
            a = [x]
            for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
                z = w @ a[-1] + b
                is_output = layer == len(weights) - 1
                a.append(z if is_output and experiment.output.kind == "linear" else np.tanh(z))
            delta = (a[-1] - label) * output_slope(a[-1])
            for layer in reversed(range(len(weights))):
                gathered_w[layer] = gathered_w[layer] + np.outer(delta, a[layer])
                gathered_b[layer] = gathered_b[layer] + delta
                delta = (weights[layer].T @ delta) * (1 - a[layer] ** 2)
            count += 1
            if (index + 1) % experiment.batch_size:
                continue
            for layer, w in enumerate(weights):
                biases[layer] -= rate * gathered_b[layer] / count
                moved = w - rate / count * gathered_w[layer]
                if rule.kind == "l1_pruning":
                    pulled = moved - rate * rule.rate * np.sign(w)
                    dead[layer] |= moved * pulled < 0
                    moved = pulled
                elif rule.kind == "l2":
                    moved = moved - rate * rule.rate * w
                weights[layer] = np.where(dead[layer], 0.0, moved)
                gathered_w[layer], gathered_b[layer] = 0 * w, 0 * biases[layer]
            count = 0
    trainer.advance(epochs=epochs)
    return [np.column_stack([w, b]) for w, b in zip(weights, biases, strict=True)], sum(map(np.sum, dead))


@pytest.mark.parametrize(
    ("fragment", "is_pruned"),
    [
        ("dataset=xor&batchSize=7&seed=0.77777&noise=15&percTrainData=30&networkShape=3,2", False),
        ("dataset=spiral&batchSize=30&seed=0.31415&percTrainData=70&xSquared=true&sinX=true&networkShape=4", False),
        ("dataset=gauss&regularization=L1&regularizationRate=0.1&learningRate=0.1&seed=0.2&networkShape=4,2", True),
        ("dataset=circle&regularization=L2&regularizationRate=0.01&seed=0.9&initZero=true&xTimesY=true", False),
        ("problem=regression&regDataset=reg-gauss&seed=0.4&batchSize=11&networkShape=5&percTrainData=20", False),
        ("dataset=xor&batchSize=30.0&seed=0.6&percTrainData=10&noise=12.5&networkShape=3", False),
        ("dataset=gauss&batchSize=50&seed=0.8&percTrainData=10&networkShape=3", False),
        ("dataset=circle&seed=0.3&percTrainData=95&networkShape=3", False),
    ],
)
def test_a_tail_is_carried_over_and_l1_kills_for_good(fragment: str, is_pruned: bool) -> None:
    theirs, dead = replayed(SITE + fragment, epochs=12)
    trainer = Trainer(Experiment.from_link(SITE + fragment))
    trainer.advance(epochs=12)
    for ours, witness in zip(trainer.weights, theirs, strict=True):
        np.testing.assert_allclose(ours, witness, atol=1e-12)
    assert bool(dead) == is_pruned


def test_a_carried_tail_survives_a_snapshot_between_epochs() -> None:
    link = SITE + "dataset=xor&batchSize=7&seed=0.7&regularization=L1&regularizationRate=0.1"
    trainer = Trainer(Experiment.from_link(link))
    trainer.advance(epochs=3)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(epochs=3)
    assert restored.snapshot() == trainer.snapshot()


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        ("activation=gelu", 'activation: expected one of tanh, relu, sigmoid, linear, got "gelu"'),
        ("batchSize=ten", 'batchSize: expected a whole number from 1 to 1024, got "ten"'),
        ("learningRate=0", 'learningRate: expected a number from 0.000001 to 10, got "0"'),
        ("dataset=moons", 'dataset: expected one of circle, xor, gauss, spiral, got "moons"'),
        (
            "networkShape=4,x",
            'networkShape: expected at most 10 whole numbers from 1 to 256 with commas between, got "4,x"',
        ),
        ("x=false&y=false", "x: expected at least one input to be true, got none"),
        ("percTrainData=5", 'percTrainData: expected a whole number from 10 to 95, got "5"'),
        ("percTrainData=96", 'percTrainData: expected a whole number from 10 to 95, got "96"'),
        ("noise=NaN", 'noise: expected a number from 0 to 80, got "NaN"'),
        ("batchSize=1_0", 'batchSize: expected a whole number from 1 to 1024, got "1_0"'),
        ("batchSize=12.5", 'batchSize: expected a whole number from 1 to 1024, got "12.5"'),
        ("learningRate=1_0", 'learningRate: expected a number from 0.000001 to 10, got "1_0"'),
        ("learningRate=٣", 'learningRate: expected a number from 0.000001 to 10, got "٣"'),
        (
            "networkShape=4,,2",
            'networkShape: expected at most 10 whole numbers from 1 to 256 with commas between, got "4,,2"',
        ),
        ("seed=" + "5" * 41, "seed: expected text of at most 40 characters, got text of 41 characters"),
        ("=5", 'link: expected settings written as key=value with & between, got "=5"'),
        (
            "batchSize=51&percTrainData=10",
            'batchSize: expected at most the number of training samples, 50, or no weight would ever move, got "51"',
        ),
    ],
)
def test_a_broken_link_names_the_key(fragment: str, sentence: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        Experiment.from_link(SITE + fragment)
    assert str(caught.value) == sentence


def test_settings_before_the_hash_are_refused_because_their_page_does_not_read_them() -> None:
    with pytest.raises(InvalidExperiment) as caught:
        Experiment.from_link("https://playground.tensorflow.org/?activation=relu")
    assert str(caught.value) == (
        'link: expected the settings behind a #, where TensorFlow Playground reads them, got "?activation=relu"'
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("batchSize=10.0", "batchSize=10"),
        ("batchSize=1e1", "batchSize=10"),
        ("networkShape=3.0, 2", "networkShape=3,2"),
        ("networkShape=3%2C2", "networkShape=3,2"),
        ("learningRate=.1", "learningRate=0.1"),
        ("learningRate=1e+0", "learningRate=1"),
        ("sinX=maybe&y=0", "sinX=true&y=true"),
        ("initZero=1", "initZero=true"),
        ("activation=&noise= ", "activation=tanh&noise=0"),
        ("seed=0.1=2", "seed=0.1"),
        ("&&seed=0.1&seed=0.2&", "seed=0.2"),
    ],
)
def test_values_are_read_as_their_page_reads_them(given: str, meant: str) -> None:
    assert Experiment.from_link(SITE + given) == Experiment.from_link(SITE + meant)


def test_a_seed_is_the_text_as_it_stands() -> None:
    assert Experiment.from_link(SITE + "seed=1+1").data.seed == "1+1"


@pytest.mark.parametrize(
    "link",
    [
        "HTTPS://Playground.TensorFlow.ORG/#activation=relu",
        "https://playground.tensorflow.org/%23activation=relu",
        "https://playground.tensorflow.org/?source=letter#activation=relu",
        "playground.tensorflow.org#activation=relu",
    ],
)
def test_a_link_may_come_written_otherwise(link: str) -> None:
    assert is_link(link)
    assert Experiment.from_link(link) == Experiment.from_link(SITE + "activation=relu")


@pytest.mark.parametrize("percent", range(10, 96))
def test_each_whole_percent_of_training_samples_is_theirs(percent: int) -> None:
    for problem, count in (("classification", 500), ("regression", 1200)):
        experiment = Experiment.from_link(f"{SITE}percTrainData={percent}&problem={problem}&batchSize=1")
        assert experiment.data.draw(np.random.default_rng(0)).is_test.sum() == count - count * percent // 100


def test_another_seed_of_theirs_starts_anew_because_it_decides_the_weights() -> None:
    trainer = Trainer(Experiment.from_link(CIRCLE))
    trainer.advance(epochs=3)
    other = Experiment.from_link(CIRCLE.replace("0.12345", "0.54321"))
    assert trainer.change(other).restarted
    assert trainer.snapshot() == Trainer(other).snapshot()


def test_a_document_may_be_a_link() -> None:
    assert Experiment.parse({"link": CIRCLE}) == Experiment.from_link(CIRCLE)


def test_another_link_is_refused() -> None:
    with pytest.raises(InvalidExperiment, match=r"link: expected a link of playground.tensorflow.org, got"):
        Experiment.parse({"link": "https://example.org/#seed=1"})


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(InvalidExperiment, match="momentum: unknown key of a TensorFlow Playground link"):
        Experiment.from_link(SITE + "momentum=0.9")


def test_keys_of_the_display_are_accepted_and_change_nothing() -> None:
    plain = Experiment.from_link(SITE + "seed=0.1")
    assert (
        Experiment.from_link(SITE + "seed=0.1&showTestData=true&discretize=true&playButton_hide=true&tutorial=")
        == plain
    )


@pytest.mark.parametrize(("noise", "expected"), [("60", 0.6), ("12.5", 0.125), ("81", 0.5), ("-5", 0.0)])
def test_noise_out_of_bounds_is_mended_as_there(noise: str, expected: float) -> None:
    assert Experiment.from_link(f"{SITE}noise={noise}").data.noise == expected


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ("dataset=gauss", "Gaussian, as TensorFlow Playground draws it"),
        ("problem=regression&regDataset=reg-gauss", "Hills, as TensorFlow Playground draws it"),
    ],
)
def test_an_experiment_from_a_link_is_called_by_its_data(settings: str, title: str) -> None:
    assert Experiment.parse({"link": f"{SITE}{settings}"}).title == title
