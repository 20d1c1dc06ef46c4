"""Draw images, neurons, training and predictions with Matplotlib.

Every function draws a new figure and returns its Axes; a cell shows it with
``plt.show()``. Right is blue with a ✓, wrong is red with a ✗.
"""

from helpers.figures.checks import CHOSEN, NEITHER, RIGHT, WRONG, are_numbers
from helpers.figures.choices import (
    plot_accuracies,
    plot_promised_and_kept,
    plot_promises_by_size,
)
from helpers.figures.descent import (
    plot_descent,
    plot_errors,
    plot_fits,
    plot_losses,
    plot_rates,
)
from helpers.figures.evaluation import (
    plot_calibration,
    plot_pairs,
    plot_refusal,
    show_confusion,
)
from helpers.figures.filters import show_feature_maps, show_maps
from helpers.figures.images import show_images, show_numbers, show_pixels, show_table
from helpers.figures.networks import show_layers, show_neuron
from helpers.figures.predictions import (
    plot_answers,
    show_prediction,
    show_predictions,
    show_scores,
    show_stages,
)
from helpers.figures.stopping import plot_slow_down, plot_stops
from helpers.figures.training import (
    plot_evaluations,
    plot_gap,
    plot_history,
    plot_runs,
    plot_seeds,
    plot_turn,
)

__all__ = [
    "CHOSEN",
    "NEITHER",
    "RIGHT",
    "WRONG",
    "are_numbers",
    "plot_accuracies",
    "plot_answers",
    "plot_calibration",
    "plot_descent",
    "plot_errors",
    "plot_evaluations",
    "plot_fits",
    "plot_gap",
    "plot_history",
    "plot_losses",
    "plot_pairs",
    "plot_promised_and_kept",
    "plot_promises_by_size",
    "plot_rates",
    "plot_refusal",
    "plot_runs",
    "plot_seeds",
    "plot_slow_down",
    "plot_stops",
    "plot_turn",
    "show_confusion",
    "show_feature_maps",
    "show_images",
    "show_layers",
    "show_maps",
    "show_neuron",
    "show_numbers",
    "show_pixels",
    "show_prediction",
    "show_predictions",
    "show_scores",
    "show_stages",
    "show_table",
]
