"""The gallery over HTTP: what core has, in its order, ready to be made a run of."""

import httpx2

from core.presets import gallery
from tests.app.conftest import MakeRun


def test_the_gallery_is_what_core_has(api: httpx2.Client) -> None:
    entries = api.get("/api/presets").json()
    assert [entry["name"] for entry in entries] == list(gallery)
    spiral = entries[0]
    assert (spiral["title"], spiral["group"]) == ("Two spirals", "Colours")
    assert spiral["summary"] == "2 → 8 → 6 → 1, tanh, Adam 0.03"
    assert spiral["experiment"] == api.get("/api/catalogue").json()["default"]


def test_a_preset_can_be_run(api: httpx2.Client, make_run: MakeRun) -> None:
    entry = api.get("/api/presets").json()[-1]
    run = make_run(**entry["experiment"])
    assert api.get(f"/api/runs/{run}").json()["experiment"] == entry["experiment"]
