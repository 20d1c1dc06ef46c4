"""Printed text: what may vary is accepted, what differs is refused with the reason."""

import pytest

from notebook_checks import text

LINE = "391/391 - 2s - 5ms/step - accuracy: 0.8931 - loss: 0.2961 - val_loss: 0.35\n"
RULES = {"accuracy": 0.01, "loss": 0.02}
TABLE = "         accuracy  loss\nplain        0.91  0.30\ndropout      0.92  0.28\n"


@pytest.mark.parametrize(
    ("expected", "actual", "rules"),
    [
        (LINE, LINE, {}),
        (LINE, LINE.replace("2s - 5ms", "14s - 371us"), {}),
        (LINE, LINE.replace("0.8931", "0.9031").replace("0.2961", "0.2761"), RULES),
        ("took 3.1 s, 14 ms each", "took 12 s, 9.5 ms each", {}),
        ("batch 32: 9,100 images/s", "batch 32: 12,345 images/s", {}),
        (
            "\x1b[1m79/79\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m0s\x1b[0m 3ms/step",
            "\x1b[1m79/79\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m1s\x1b[0m 812us/step",
            {},
        ),
        (
            "probabilities [0.   0.07 0.79]",
            "probabilities [0.01 0.1 0.8]",
            {"probabilities": 0.05},
        ),
        (
            "mistakes 1,287 of 10,000",
            "mistakes 1,310 of 10,000",
            {"mistakes": [1200, 1400]},
        ),
        ("loss inf", "loss inf", {}),
        ("loss 1e-05", "loss 2e-05", {"loss": 0.0001}),
        ("spread 0.02", "spread 0.04", {"spread": {"within": 0.03, "because": "few"}}),
        (TABLE, TABLE.replace("0.91", "0.92"), {"accuracy": 0.02}),
        ("share\n[0.1 0.2\n 0.3]", "share\n[0.1 0.2\n 0.4]", {"share": 0.11}),
    ],
)
def test_output_that_may_vary_so_is_accepted(expected, actual, rules):
    assert text.difference(expected, actual, rules) is None


@pytest.mark.parametrize(
    ("expected", "actual", "rules", "message"),
    [
        (
            LINE,
            LINE.replace("0.8931", "0.9131"),
            RULES,
            "accuracy: expected 0.8931, got 0.9131",
        ),
        (LINE, LINE.replace("0.35", "0.36"), RULES, "states no tolerance"),
        (LINE, LINE.replace("0.8931", "nan"), {"accuracy": 9.0}, "NaN never matches"),
        ("loss nan", "loss nan", {"loss": 9.0}, "NaN never matches"),
        (LINE, LINE.replace("391", "390"), RULES, "integer must match exactly"),
        ("accuracy 1", "accuracy 2", {"accuracy": 5.0}, "integer must match exactly"),
        (
            "mistakes 1,287",
            "mistakes 1,401",
            {"mistakes": [1200, 1400]},
            "range is 1200 to 1400",
        ),
        (
            "mistakes 1,100",
            "mistakes 1,300",
            {"mistakes": [1200, 1400]},
            "range is 1200 to 1400",
        ),
        ("loss 1.0", "loss inf", {"loss": 1e9}, "tolerance is 1e"),
        (
            "mistakes 1,500",
            "mistakes 1,500",
            {"mistakes": [1200, 1400]},
            "the range is",
        ),
        ("accuracy 0.9 loss", "loss 0.9 accuracy", {"accuracy": 0.1}, "as 'loss'"),
        (
            TABLE,
            TABLE.replace("0.91", "0.41"),
            {"loss": 0.5},
            "accuracy: expected 0.91",
        ),
        (
            "accuracy  loss\n0.91  0.30",
            "accuracy  loss\n0.41  0.30",
            {"loss": 0.5},
            "accuracy: expected 0.91, got 0.41; the cell states no tolerance",
        ),
        (
            "accuracy  loss\n    0.91",
            "accuracy  loss\n          0.91",
            {},
            "expected 0.91 as 'accuracy', got 0.91 as 'loss'",
        ),
        ("loss -0.5", "loss 0.5", {"loss": 0.1}, "differ by 1"),
        (LINE, LINE.replace("accuracy", "precision"), {}, "as 'precision'"),
        ("Sneaker 0.5", "Sandal 0.5", {"Sneaker": 1.0}, "as 'Sandal'"),
        ("a 0.5 b", "a 0.5 c", {}, "expected the text"),
        ("loss 0.5", "loss 0.5 0.6", {}, "expected nothing, got 0.6"),
        ("loss 0.5 0.6", "loss 0.5", {}, "expected 0.6, got nothing"),
        ("a b", "ab", {}, "expected the text"),
        ("a\nb", "a b", {}, "expected the text"),
        ("max 255\nmin 0", "max 999\nmin 0", {}, "max: expected 255, got 999"),
    ],
)
def test_output_that_differs_is_refused_with_the_reason(
    expected, actual, rules, message
):
    assert message in text.difference(expected, actual, rules)
