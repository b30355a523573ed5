"""The store: what the page knows, and what follows from it, run by node."""

import json
from typing import Any

import pytest

from tests.browser.module import A_PAGE, run_by_node


def store(node: str, lines: str, page: str = "") -> Any:
    return run_by_node(node, "store", lines, page=A_PAGE + page)


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_command_reaches_everyone_who_carries_them_out(node: str) -> None:
    lines = "const heard = []; for (const who of [1, 2]) store.onCommand((command) => heard.push([who, command.op]));"
    assert store(node, f'{lines} store.give({{ op: "play" }}); return heard;') == [[1, "play"], [2, "play"]]


# --- what the page as a whole is doing ------------------------------------------------------------------------------

LIVE, LOST, ENDED = '{ state: "live" }', '{ state: "lost", retryAt: 0 }', '{ state: "ended", reason: "" }'


STATES = [
    ('{ state: "connecting" }', "null", "loading"),
    (LIVE, "null", "loading"),
    *[(LIVE, f'{{ status: "{status}" }}', status) for status in ("playing", "paused", "finished", "diverged")],
    (LOST, '{ status: "playing" }', "disconnected"),
    (ENDED, '{ status: "playing" }', "ended"),
]


def test_the_page_is_as_its_connection_and_then_as_its_run(node: str) -> None:
    situations = ", ".join(f"[{connection}, {frame}]" for connection, frame, _ in STATES)
    lines = f"""return [{situations}].map(([connection, frame]) => {{
        store.connection.value = connection;
        store.frame.value = frame;
        return store.pageState.value;
    }});"""
    assert store(node, lines) == [state for _, _, state in STATES]


def test_a_full_server_is_the_whole_page_only_to_who_has_no_run(node: str) -> None:
    lines = """return [[true, null], [true, {}], [false, null]].map(([isFull, scene]) => {
        store.refusal.value = { message: "", isFull, retryAt: 0 };
        store.scene.value = scene;
        return store.pageState.value;
    });"""
    assert store(node, lines) == ["full", "loading", "loading"]


# --- the moment that is shown ---------------------------------------------------------------------------------------

AT = """
const at = (step, head, more = {}) =>
  (store.frame.value = { step, exact_epoch: step / 10, head: { step: head, epoch: head / 10 }, ...more });
const shown = () => [store.step.value, store.epoch.value, store.headStep.value, store.headEpoch.value];
"""


def test_the_moment_is_the_frames_until_another_is_sought(node: str) -> None:
    lines = "const none = shown(); at(205, 400); const now = shown(); store.sought.value = { step: 99, epoch: 9.9 };"
    assert store(node, f"{AT} {lines} return [none, now, shown()];") == [
        [0, 0, 0, 0],
        [205, 20, 400, 40],
        [99, 9, 400, 40],
    ]


def test_an_epoch_that_was_computed_a_hair_too_short_is_whole(node: str) -> None:
    assert store(node, f"{AT} at(30, 30, {{ exact_epoch: 3 - 1e-12 }}); return store.epoch.value;") == 3


def test_an_earlier_moment_is_one_that_was_gone_back_to(node: str) -> None:
    """The server takes a run that diverged back to its last useful weights: nobody went there."""
    lines = """
    const isEarlier = (step, status, sought = null) => {
      at(step, 40, { status });
      store.sought.value = sought;
      return store.isEarlier.value;
    };
    const [first, head] = [{ step: 10, epoch: 1 }, { step: 40, epoch: 4 }];
    return {
      atTheHead: isEarlier(40, "paused"),
      before: isEarlier(30, "paused"),
      onTheWayToTheHead: isEarlier(30, "paused", head),
      diverged: isEarlier(30, "diverged"),
      soughtAfterThat: isEarlier(30, "diverged", first),
    };"""
    assert store(node, AT + lines) == {
        "atTheHead": False,
        "before": True,
        "onTheWayToTheHead": False,
        "diverged": False,
        "soughtAfterThat": True,
    }


def test_what_was_asked_for_without_a_connection_is_shown_as_done(node: str) -> None:
    lines = """
    store.frame.value = { status: "playing" };
    return [null, false, true].map((wanted) => ((store.wantsPlaying.value = wanted), store.isPlaying.value));"""
    assert store(node, lines) == [True, False, True]


def test_of_images_one_is_always_looked_at_and_points_are_picked(node: str) -> None:
    lines = """return [[0, false], [2, false], [2, true], [1, true]].map(([dimensions, isPicked]) => {
        store.scene.value = { dimensions };
        store.isPointPicked.value = isPicked;
        return store.hasSample.value;
    });"""
    assert store(node, lines) == [True, False, True, True]


def test_a_column_of_the_curves_is_empty_before_its_first_point(node: str) -> None:
    lines = 'const none = store.column("epoch"); store.curves.columns = { epoch: [0, 1] };'
    assert store(node, f'{lines} return [none, store.column("epoch")];') == [[], [0, 1]]


# --- what a page begins with ----------------------------------------------------------------------------------------


def begins(node: str, page: str, *signals: str) -> list[Any]:
    found: list[Any] = store(node, f"return [{', '.join(f'store.{name}.value' for name in signals)}];", page)
    return found


def test_a_first_visit_has_plain_colours_and_all_keys(node: str) -> None:
    assert begins(node, "", "hasPatterns", "hasSingleKeys", "isNarratorHeard", "isFrugal", "theme") == [
        *(False, True, True, False, "light")
    ]


def test_what_was_chosen_before_is_so_again(node: str) -> None:
    page = 'Object.assign(kept, { patterns: "on", "single-keys": "off", narrator: "off", frugal: "on" });'
    assert begins(node, page, "hasPatterns", "hasSingleKeys", "isNarratorHeard", "isFrugal") == [
        *(True, False, False, True)
    ]


def test_who_wants_more_contrast_has_patterns_unless_they_said_otherwise(node: str) -> None:
    contrast = "globalThis.matchMedia = (query) => ({ matches: query.includes('prefers-contrast') });"
    assert begins(node, contrast, "hasPatterns") == [True]
    assert begins(node, f'{contrast} kept.patterns = "off";', "hasPatterns") == [False]


@pytest.mark.parametrize(
    ("line", "is_frugal"),
    [
        ({"saveData": True, "effectiveType": "4g"}, True),
        ({"effectiveType": "3g"}, True),
        ({"effectiveType": "4g"}, False),
    ],
)
def test_a_slow_or_costly_line_is_spared(node: str, line: dict[str, Any], is_frugal: bool) -> None:
    page = f"Object.defineProperty(navigator, 'connection', {{ value: {json.dumps(line)} }});"
    assert begins(node, page, "isFrugal") == [is_frugal]


@pytest.mark.parametrize(("path", "code"), [("/w/k7m2p", "k7m2p"), ("/", ""), ("/runs", "")])
def test_a_room_is_in_the_address(node: str, path: str, code: str) -> None:
    assert begins(node, f"location.pathname = {json.dumps(path)};", "roomCode") == [code]
