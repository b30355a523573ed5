"""The OpenAPI document is true: what it promises is what the server does, whatever it is sent."""

import httpx2
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.main import create_app
from app.settings import Settings
from tests.server import Server

# The schema cannot say which parts of an experiment fit each other: what it allows may still be 422.
UNKNOWABLE = [positive_data_acceptance]

# Each answer trains the whole of it: see test_sweeps.py and test_learning_curve.py.
LONG = ["/api/sweeps/cells", "/api/learning-curves/points"]

schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
schema.config.phases.coverage.enabled = False  # it would try every bound of every part: over a minute


@schema.exclude(path=LONG).parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case: schemathesis.Case, server: Server, api: httpx2.Client) -> None:
    response = case.call(base_url=server.url)
    if response.status_code == 201:
        made = response.json()
        for run in made.get("runs", [made]):  # a race makes several
            api.delete(f"/api/runs/{run['id']}")
    case.validate_response(response, excluded_checks=UNKNOWABLE)


wrong = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
wrong.config.phases.coverage.enabled = False
wrong.config.generation.update(modes=[schemathesis.GenerationMode.NEGATIVE])


@wrong.include(path=LONG).parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_what_would_train_for_long_is_refused_as_documented_where_it_is_wrong(
    case: schemathesis.Case, server: Server
) -> None:
    case.validate_response(case.call(base_url=server.url))
