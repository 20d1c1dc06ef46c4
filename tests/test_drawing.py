"""The drawing pad without a browser, and what turns a drawing into an image like MNIST's."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from helpers.data import load_mnist
from helpers.drawing import DIGIT_SIDE, SIDE, DrawingPad, as_mnist, ink_on_paper

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
    changed = [digit for digit in DIGITS if not np.array_equal(as_mnist(digit), digit)]
    assert len(DIGITS) == 10_000 and len(changed) <= 13  # these have a speck in them


@pytest.mark.parametrize("corner", [(0, 0), (0, 134), (134, 0), (134, 134)])
@pytest.mark.parametrize("place", [10, 28, 46])
def test_a_speck_in_a_corner_changes_nothing(corner, place):
    drawing = on_paper(np.kron(SEVEN, np.ones((3, 3), np.uint8)), place, place)
    speck = on_paper(np.full((5, 5), 255), *corner)
    np.testing.assert_array_equal(
        as_mnist(np.maximum(drawing, speck)), as_mnist(drawing)
    )


def test_a_stroke_of_its_own_is_no_speck():
    ink = np.zeros((140, 140), dtype=np.uint8)
    ink[40:110, 60:70] = 255  # a 5 of two strokes that do not touch
    bar = np.zeros_like(ink)
    bar[24:34, 60:90] = 255
    image = as_mnist(ink + bar)
    top = image[image.any(axis=1).argmax()]
    assert ink_size(image)[0] == DIGIT_SIDE and np.ptp(np.flatnonzero(top)) > 4


# Strokes of a 3, a 4 and a 7, in hundredths of the side of the square they are drawn in.
STROKES = {
    3: [[(10, 10), (80, 0), (90, 30), (40, 48), (90, 65), (85, 95), (10, 95)]],
    4: [[(60, 0), (0, 65), (100, 65)], [(70, 35), (70, 100)]],
    7: [[(0, 0), (90, 0), (30, 100)], [(25, 50), (75, 50)]],
}


def written(digit, top, left, size, pen) -> Image.Image:
    """Return the ink of a digit on a page of 320 x 240 pixels: 255 is full ink."""
    page = Image.new("L", (320, 240))
    draw = ImageDraw.Draw(page)
    for stroke in STROKES[digit]:
        places = [(left + size * x / 100, top + size * y / 100) for x, y in stroke]
        draw.line(places, fill=255, width=pen, joint="curve")
    return page.filter(ImageFilter.GaussianBlur(0.7))


def shadow(kind, page_shape) -> np.ndarray:
    """Return how much light falls on each pixel, from 0 to 1."""
    rows, columns = np.indices(page_shape)
    if kind == "slope":
        return 1 - 0.5 * columns / page_shape[1]
    if kind == "edge":
        return 1 - 0.45 / (1 + np.exp(-(rows + columns - 280) / 4))
    return 1 - 0.4 * ((rows / 120 - 1) ** 2 + (columns / 160 - 1) ** 2) / 2


def photographed(page: Image.Image, light: np.ndarray, speck, random) -> Image.Image:
    ink = np.asarray(page, dtype=float) / 255
    if speck is not None:
        ink[speck[0] : speck[0] + 4, speck[1] : speck[1] + 4] = 1
    grey = (225 - 175 * ink) * light + random.normal(0, 4, light.shape)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).convert("RGB")


def alike(image, other) -> float:
    """Return the correlation of two images, blurred so that a pixel to the side counts."""
    pixels = [
        np.asarray(Image.fromarray(i).filter(ImageFilter.GaussianBlur(1))).ravel()
        for i in (image, other)
    ]
    return float(np.corrcoef(pixels)[0, 1])


@pytest.mark.parametrize("digit", STROKES)
@pytest.mark.parametrize("pen", [4, 8, 16])
@pytest.mark.parametrize("kind", ["slope", "edge", "corners"])
@pytest.mark.parametrize(
    ("top", "left", "speck"), [(8, 10, (228, 300)), (90, 200, (6, 8)), (60, 90, None)]
)
def test_a_photo_with_a_shadow_and_a_speck_gives_the_digit(
    digit, pen, kind, top, left, speck
):
    random = np.random.default_rng([digit, pen, top])
    page = written(digit, top, left, size=110, pen=pen)
    photo = photographed(page, shadow(kind, (240, 320)), speck, random)
    ink = np.asarray(page)
    clean = as_mnist(np.where(ink > 127, ink, 0))
    assert alike(as_mnist(ink_on_paper(photo)), clean) > 0.85


def test_ink_in_a_shadow_is_as_black_as_ink_in_the_light():
    random = np.random.default_rng(0)
    page = written(7, 60, 100, size=120, pen=10)
    ink = ink_on_paper(photographed(page, shadow("slope", (240, 320)), None, random))
    assert np.median(ink[np.asarray(page) == 255]) > 230
    assert ink[np.asarray(page) == 0].mean() < 1


def test_a_large_photo_is_read_in_good_time_and_made_smaller():
    photo = Image.fromarray(np.kron(255 - SEVEN, np.ones((100, 100), np.uint8)))
    ink = ink_on_paper(photo)
    assert ink.shape == (400, 400)
    assert np.abs(as_mnist(ink).astype(int) - as_mnist(SEVEN)).mean() < 12


@pytest.mark.parametrize(
    ("photo", "message"),
    [
        (Image.new("L", (300, 200), 230), "nothing is written"),
        (np.zeros((20, 20)), "Image.open"),
    ],
)
def test_what_is_no_photo_of_a_digit_is_refused_with_the_reason(photo, message):
    with pytest.raises(ValueError, match=message):
        ink_on_paper(photo)


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
