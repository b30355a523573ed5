"""What many runs say together, worked by hand: the median, the band and the vote. Run by node."""

import pytest

from tests.browser.module import run_by_node


def test_a_quantile_is_between_its_neighbours_in_proportion(node: str) -> None:
    tenths = "[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]"
    lines = f"return [bands.quantile({tenths}, 0.1), bands.quantile([1, 2], 0.25), bands.quantile([7], 0.9)];"
    assert run_by_node(node, "study/bands", lines) == [10, 1.25, 7]


def test_the_median_and_the_band_at_each_epoch(node: str) -> None:
    """Eleven runs that begin at 0 to 10 and end at ten times that; one more place for each."""
    lines = "return bands.bandOf(Array.from({ length: 11 }, (_, i) => [i, 10 * i]));"
    assert run_by_node(node, "study/bands", lines) == {"low": [1, 10], "middle": [5, 50], "high": [9, 90]}


def test_the_band_of_few_runs_is_that_of_all(node: str) -> None:
    band = run_by_node(node, "study/bands", "return bands.bandOf([[4], [1], [2]], bands.ALL);")
    assert band == {"low": [1], "middle": [2], "high": [4]}


def test_a_run_that_ended_early_stays_where_it_ended(node: str) -> None:
    band = run_by_node(node, "study/bands", "return bands.bandOf([[1, 5], [3], [2, 9]]);")
    assert band["middle"] == [2, 5]
    assert band["high"] == [pytest.approx(2.8), pytest.approx(8.2)]


def test_the_vote_at_each_place_and_where_nine_in_ten_agree(node: str) -> None:
    lines = """
      const runs = Array.from({ length: 10 }, (_, i) => [0, i < 9 ? 1 : 0, i < 4 ? 2 : 1]);
      const vote = bands.voteOf(runs, 3);
      return [vote.winner, vote.share, bands.agreement(vote)];
    """
    winner, share, agreed = run_by_node(node, "study/bands", lines)
    assert (winner, share) == ([0, 1, 1], [1, 0.9, 0.6])
    assert agreed == pytest.approx(2 / 3)


def test_nothing_is_said_of_no_runs(node: str) -> None:
    lines = "return [bands.bandOf([]), bands.voteOf([], 2), bands.agreement(bands.voteOf([], 2))];"
    empty = {"low": [], "middle": [], "high": []}
    assert run_by_node(node, "study/bands", lines) == [empty, {"winner": [], "share": []}, 0]
