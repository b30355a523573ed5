"""A run's training as an animated picture."""

from io import BytesIO

import httpx2
import numpy as np
import pytest
from PIL import Image

from app.film import MOST_PICTURES
from tests.app.conftest import MakeRun, Visit


def pictures(gif: bytes) -> list[np.ndarray]:
    image = Image.open(BytesIO(gif))
    found = []
    for place in range(getattr(image, "n_frames", 1)):
        image.seek(place)
        found.append(np.asarray(image.convert("RGB")))
    return found


@pytest.mark.parametrize("data", ["spiral", "blobs", "plane", "sine"])
def test_it_shows_how_the_answer_came_about(data: str, make_run: MakeRun, visit: Visit, api: httpx2.Client) -> None:
    run = make_run(data=data)
    visitor = visit(run)
    for _ in range(5):
        visitor.do("step", unit="epoch", count=10)
    response = api.get(f"/api/runs/{run}/training.gif")
    assert response.headers["content-type"] == "image/gif"
    shown = pictures(response.content)
    assert 2 <= len(shown) <= MOST_PICTURES
    assert shown[0].shape == (340, 320, 3)
    assert not np.array_equal(shown[0][:320], shown[-1][:320])


def test_a_new_run_has_a_single_picture(make_run: MakeRun, api: httpx2.Client) -> None:
    assert len(pictures(api.get(f"/api/runs/{make_run()}/training.gif").content)) == 1


def test_images_have_no_map_to_film(make_run: MakeRun, api: httpx2.Client) -> None:
    answer = api.get(f"/api/runs/{make_run(data='digits')}/training.gif")
    assert answer.status_code == 409
    assert answer.json()["error"]["message"].startswith("Only a network of points on a line or in a plane")
