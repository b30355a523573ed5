"""Numbers are written one way everywhere: run by node."""

import pytest

from tests.browser.module import run_by_node


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("number(0.0153)", "0.0153"),
        ("number(12345)", "12,300"),
        ("number(-0.5)", "−0.5"),
        ("number(0.00000481, 2)", "4.8 × 10⁻⁶"),
        ("number(-0.00000481234)", "−4.81 × 10⁻⁶"),
        ("number(0.000001234567, 6)", "1.23457 × 10⁻⁶"),
        ("number(1987, 5)", "1987"),
        ("number(-12345)", "−12,300"),
        ("number(2e9)", "2 × 10⁹"),
        ("number(9.996e-6)", "1 × 10⁻⁵"),
        ("number(NaN)", "–"),
        ("number(undefined)", "–"),
        ("loss(0.0000048123)", "4.8 × 10⁻⁶"),
        ("loss(0.25)", "0.250"),
        ("fixed(1234567.25, 1)", "1234567.3"),
        ("fixed(-9.194799839862568e25, 2)", "−9.19 × 10²⁵"),
        ("level(0.00003)", "3·10⁻⁵"),
        ("level(1e-7)", "10⁻⁷"),
        ("level(0.3)", "0.3"),
        ("weight(0.0000048123)", "5 × 10⁻⁶"),
        ("weight(1.5)", "1.50"),
        ("share(0.00123)", "0.12%"),
        ("share(0.2)", "20%"),
        ("share(0.0000481)", "0.0048%"),
        ("percent(0.5)", "50.0%"),
        ("count(5000)", "5,000"),
    ],
)
def test_a_number_is_written_with_the_digits_that_matter(node: str, call: str, text: str) -> None:
    assert run_by_node(node, "format", f"return format.{call};") == text
