"""Changes of the experiment on their way to the server, run by node: what the page takes it for meanwhile and after."""

from typing import Any

import pytest

from tests.browser.module import run_by_node

WISHED = {"data": {"kind": "table_values"}}
LINES = """
    store.experiment.value = { data: { kind: "spiral" }, loss: "cross_entropy" };
    let answer;
    const list = wishes.wishList(() => new Promise((settle) => (answer = settle)), () => {}, () => {});
    list.add({ experiment: given.wished, paths: ["data"] });
    list.accept(given.told);
    answer({ type: "ack" });
    await new Promise((settle) => setTimeout(settle));
    return store.experiment.value;
"""


@pytest.mark.parametrize(
    ("told", "is_taken"),
    [
        ({**WISHED, "loss": "mean_squared_error"}, True),
        ({"data": {"kind": "circle"}, "loss": "cross_entropy"}, False),
    ],
    ids=["what came of it", "what came of an earlier one"],
)
def test_what_is_told_before_the_answer_counts_if_it_is_what_was_wished_for(
    node: str, told: dict[str, Any], is_taken: bool
) -> None:
    found = run_by_node(node, "store session/wishes", LINES, given={"wished": WISHED, "told": told})
    assert found == (told if is_taken else WISHED)
