"""A rate that falls while a network trains begins and ends where the lesson says."""

import pytest

from helpers.rates import falling_rate


def test_the_rate_falls_along_a_line_and_is_0_after_the_last_step():
    rate = falling_rate(0.004, images=1001, batch_size=100, epochs=2)  # 22 steps
    assert float(rate(0)) == pytest.approx(0.004)
    assert float(rate(11)) == pytest.approx(0.002)
    assert float(rate(22)) == 0
    assert float(rate(21)) == pytest.approx(0.004 / 22)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"first": 0.0}, "the first rate is 0.0"),
        ({"first": float("nan")}, "the first rate is nan"),
        ({"images": 0}, "images is 0"),
        ({"batch_size": 12.5}, "batch_size is 12.5"),
        ({"epochs": -1}, "epochs is -1"),
    ],
)
def test_a_rate_that_cannot_fall_is_refused_with_what_to_pass(wrong, message):
    right = {"first": 0.004, "images": 1000, "batch_size": 100, "epochs": 2}
    with pytest.raises(ValueError, match=message):
        falling_rate(**right | wrong)
