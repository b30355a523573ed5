"""Who is ahead in a race, and by how much: the module that says so, by itself."""

from typing import Any

import pytest

from tests.browser.module import run_by_node

LOSS = {"isLoss": True, "value": 0.1}
ACCURACY = {"isLoss": False, "value": 0.9}
SCRIPT = """
const ranked = standings.standingsOf(given.tracks, given.goal);
const epoch = standings.commonEpoch(given.tracks);
return { epoch, ranked, verdict: standings.verdictOf(ranked, epoch) };
"""


def told(
    node: str,
    *tracks: list[float],
    out: tuple[int, ...] = (),
    through: tuple[int, ...] = (),
    goal: dict[str, Any] = LOSS,
) -> Any:
    """How contestants stand, each given by its values after 0, 1, 2 ... epochs; who is `out` has diverged, who is
    `through` has stopped by itself."""
    given = [
        {"epochs": [*range(len(values))], "values": values, "hasDiverged": i in out, "isThrough": i in through}
        for i, values in enumerate(tracks)
    ]
    return run_by_node(node, "race/standings", SCRIPT, given={"tracks": given, "goal": goal})


def order(answer: Any) -> list[int]:
    return [each["contestant"] for each in answer["ranked"]]


def test_who_reaches_the_target_in_fewer_epochs_is_ahead_however_it_goes_on(node: str) -> None:
    answer = told(node, [1, 0.5, 0.09, 0.4], [1, 0.5, 0.3, 0.01])
    assert order(answer) == [0, 1]
    verdict = answer["verdict"]
    assert (verdict["why"], verdict["margin"], verdict["leader"]["reached"]) == ("epochs", 1, 2)


def test_an_accuracy_is_reached_from_below(node: str) -> None:
    answer = told(node, [0.5, 0.8, 0.95], [0.5, 0.9, 0.9], goal=ACCURACY)
    assert (order(answer), answer["verdict"]["margin"]) == ([1, 0], 1)


def test_of_those_who_reach_it_together_the_better_one_is_ahead(node: str) -> None:
    verdict = told(node, [1, 0.1, 0.08], [1, 0.09, 0.05])["verdict"]
    assert (verdict["why"], verdict["leader"]["contestant"]) == ("since", 1)
    assert verdict["margin"] == pytest.approx(0.03)


def test_who_alone_reached_it_is_ahead_of_the_nearest(node: str) -> None:
    verdict = told(node, [1, 0.5, 0.3], [1, 0.2, 0.05], [1, 0.3, 0.2])["verdict"]
    assert (verdict["why"], verdict["leader"]["contestant"], verdict["second"]["contestant"]) == ("alone", 1, 2)


def test_where_nobody_reached_it_the_nearest_is_ahead(node: str) -> None:
    answer = told(node, [1, 0.5], [1, 0.2], [1, 0.3])
    assert order(answer) == [1, 2, 0]
    assert answer["verdict"]["why"] == "nearest" and answer["verdict"]["margin"] == pytest.approx(0.1)


def test_all_are_compared_after_as_many_epochs(node: str) -> None:
    """Whoever has come further may have been worse there."""
    answer = told(node, [1, 0.5, 0.05], [1, 0.4])
    assert (answer["epoch"], order(answer), answer["verdict"]["why"]) == (1, [1, 0], "nearest")


def test_who_diverged_is_behind_and_holds_up_nobody(node: str) -> None:
    answer = told(node, [1, 0.2], [1, 0.5, 0.4, 0.35], [1, 0.6, 0.5, 0.45], out=(0,))
    assert (answer["epoch"], order(answer)) == (3, [1, 2, 0])
    assert told(node, [1, 0.2], [1, 0.5, 0.4], out=(0,))["verdict"]["why"] == "left"


def test_who_has_stopped_by_itself_is_judged_by_where_it_stands(node: str) -> None:
    answer = told(node, [1, 0.3], [1, 0.5, 0.4, 0.35], through=(0,))
    assert (answer["epoch"], order(answer), answer["verdict"]["why"]) == (3, [0, 1], "nearest")


def test_who_diverged_after_the_target_had_reached_it(node: str) -> None:
    assert order(told(node, [1, 0.05], [1, 0.5, 0.4], out=(0,))) == [0, 1]


def test_where_all_diverged_nobody_is_ahead(node: str) -> None:
    assert told(node, [1, 2], [1, 3, 4], out=(0, 1))["verdict"]["why"] == "diverged"


def test_the_same_to_the_last_bit_are_level(node: str) -> None:
    answer = told(node, [1, 0.3], [1, 0.3], [1, 0.4])
    assert [each["rank"] for each in answer["ranked"]] == [1, 1, 3]
    assert answer["verdict"]["why"] == "level"
    assert [each["contestant"] for each in answer["verdict"]["leaders"]] == [0, 1]


@pytest.mark.parametrize("tracks", [(), ([1.0], [1.0]), ([1.0], [2.0])])
def test_before_the_first_epoch_nobody_is_ahead(node: str, tracks: tuple[list[float], ...]) -> None:
    assert told(node, *tracks)["verdict"]["why"] == "start"
