"""The drawing pad without a browser, and what turns a drawing into an image like MNIST's."""

import numpy as np
import pytest

from helpers.data import load_mnist
from helpers.drawing import DIGIT_SIDE, SIDE, DrawingPad, as_mnist

_, (DIGITS, _) = load_mnist()
SEVEN = DIGITS[0]


def on_paper(drawing, top, left, side=140) -> np.ndarray:
    ink = np.zeros((side, side), dtype=np.uint8)
    ink[top : top + len(drawing), left : left + drawing.shape[1]] = drawing
    return ink


def ink_size(image) -> tuple[int, int]:
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def centre_of_mass(image) -> np.ndarray:
    return np.array(
        [np.average(np.arange(SIDE), weights=image.sum(axis=1 - a)) for a in (0, 1)]
    )


@pytest.mark.parametrize(("top", "left"), [(0, 0), (0, 112), (112, 0), (112, 112)])
def test_a_digit_gives_the_same_image_wherever_it_is_drawn(top, left):
    in_the_middle = as_mnist(on_paper(SEVEN, 56, 56))
    np.testing.assert_array_equal(as_mnist(on_paper(SEVEN, top, left)), in_the_middle)


def test_a_digit_gives_the_same_image_however_large_it_is_drawn():
    twenty = as_mnist(SEVEN)
    for size in (2, 5):
        larger = np.kron(twenty, np.ones((size, size), dtype=np.uint8))
        np.testing.assert_array_equal(as_mnist(larger), twenty)


@pytest.mark.parametrize("drawing", [*DIGITS[:20]])
def test_the_longer_side_has_twenty_pixels_and_the_mass_lies_in_the_middle(drawing):
    image = as_mnist(on_paper(np.kron(drawing, np.ones((3, 3), np.uint8)), 9, 40))
    assert image.shape == (SIDE, SIDE) and image.dtype == np.uint8
    assert max(ink_size(image)) == DIGIT_SIDE
    assert np.abs(centre_of_mass(image) - SIDE / 2).max() <= 0.5


def test_images_of_mnist_come_back_as_they_are():
    same = [np.array_equal(as_mnist(digit), digit) for digit in DIGITS]
    assert np.mean(same) > 0.999


def test_a_thick_drawing_stays_inside():
    image = as_mnist(np.full((140, 140), 255))
    assert ink_size(image) == (DIGIT_SIDE, DIGIT_SIDE) and image.max() == 255


def test_a_drawing_with_its_mass_at_one_end_stays_inside():
    ink = np.zeros((140, 140), dtype=np.uint8)
    ink[:, 70] = 1
    ink[130:, 60:80] = 255
    assert max(ink_size(as_mnist(ink))) <= DIGIT_SIDE


def test_a_single_dot_and_a_thin_line_are_drawings():
    dot = np.zeros((140, 140))
    dot[3, 5] = 255
    assert as_mnist(dot).any()
    line = np.zeros((140, 140))
    line[:, 5] = 255
    assert ink_size(as_mnist(line)) == (DIGIT_SIDE, 1)


@pytest.mark.parametrize(
    ("ink", "message"),
    [
        (np.zeros((140, 140)), "nothing is drawn"),
        (np.zeros((140, 140, 3)), r'convert\("L"\)'),
        (np.zeros((0, 0)), "rows, columns"),
        (np.diag([1] + [0] * 2998 + [1]), "crop the picture"),
        (np.full((5, 5), -1), "from 0"),
        (np.full((5, 5), 256), "255"),
        (np.full((5, 5), np.nan), "from 0"),
        (np.full((5, 5), "ink"), "numbers"),
    ],
)
def test_what_is_no_drawing_is_refused_with_the_reason(ink, message):
    with pytest.raises(ValueError, match=message):
        as_mnist(ink)


class Asked:
    """Stands in for a network: remembers what it was asked, and answers 3."""

    def __init__(self):
        self.images = []

    def __call__(self, images):
        self.images.append(images)
        return np.array([[0, 0, 0, 0.75, 0.25, 0, 0, 0, 0, 0]])


@pytest.fixture
def network():
    return Asked()


def send(pad, ink, number=1) -> dict:
    """Do what the browser does when something was drawn."""
    pad.set_state(
        {"drawing": {"number": number, "side": len(ink), "ink": memoryview(ink)}}
    )
    return pad.answer


def test_the_network_is_asked_about_the_prepared_image(network):
    pad = DrawingPad(network, DIGITS[:2])
    drawing = on_paper(SEVEN, 10, 20)
    answer = send(pad, drawing, number=7)
    np.testing.assert_array_equal(network.images[-1][0, :, :, 0], as_mnist(drawing))
    assert network.images[-1].shape == (1, 28, 28, 1)
    np.testing.assert_array_equal(pad.image, as_mnist(drawing))
    assert answer["number"] == 7
    assert answer["probabilities"] == [0, 0, 0, 0.75, 0.25, 0, 0, 0, 0, 0]
    assert answer["text"] == "3, with a probability of 75 %"
    assert answer["seen"] == as_mnist(drawing).tobytes()


def test_a_blank_canvas_says_so_and_asks_nobody(network):
    pad = DrawingPad(network, DIGITS[:2])
    before = len(network.images)
    answer = send(pad, np.zeros((140, 140), dtype=np.uint8))
    assert len(network.images) == before and pad.image is None
    assert answer["text"] == "Nothing drawn yet" and answer["probabilities"] == []


def test_a_page_without_a_kernel_gets_a_picture_and_words(network):
    data, _ = DrawingPad(network, DIGITS[:2])._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert "JupyterLab" in data["text/plain"]


@pytest.mark.parametrize(
    "samples", [DIGITS[0], DIGITS[:0], DIGITS[:2] / 255, DIGITS[:2, :20]]
)
def test_samples_of_another_form_are_refused(network, samples):
    with pytest.raises(ValueError, match="samples must be uint8 of shape"):
        DrawingPad(network, samples)


def test_a_network_without_softmax_is_refused_at_once():
    with pytest.raises(ValueError, match="Softmax missing"):
        DrawingPad(lambda images: np.arange(-5, 5)[np.newaxis], DIGITS[:2])
    with pytest.raises(ValueError, match=r"shape \(1, 10\), not \(10,\)"):
        DrawingPad(lambda images: np.full(10, 0.1), DIGITS[:2])


def test_what_goes_wrong_while_drawing_is_said_on_the_page(network):
    pad = DrawingPad(network, DIGITS[:2])
    network.images = None  # the next call fails
    answer = send(pad, on_paper(SEVEN, 10, 20))
    assert answer["text"].startswith("AttributeError: ")
    assert answer["probabilities"] == []


def test_no_probability_is_called_certain(network):
    pad = DrawingPad(lambda images: np.eye(10)[[4]], DIGITS[:2])
    answer = send(pad, on_paper(SEVEN, 10, 20))
    assert answer["text"] == "4, with a probability of more than 99 %"
