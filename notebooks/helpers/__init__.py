"""Code that the notebooks share.

What these do to images, figures and training is shown in a notebook, in a few lines, before any
notebook imports it:

- ``helpers.data`` loads the images from the ``data`` folder, checks them, and scales or moves
  them; shown in notebooks 2, 3 and 7.
- ``helpers.figures`` draws: images and predictions, neurons and layers, curves of training and
  comparisons; what its pictures of images and curves are made of, notebooks 2 and 5 show.
- ``helpers.callbacks`` stops training when a metric is good enough, shown in notebook 9, and
  says how far training is.
- ``helpers.rates`` plans a learning rate that falls while a network trains, shown in notebook 11.
- ``helpers.drawing`` turns a drawing into an image like those of MNIST, shown in notebook 15,
  and is the pad to draw on. Of the pad, ``drawing_pad.js`` is the part that runs in the browser,
  and ``drawing_pad.css`` what it looks like.

- ``helpers.exercises`` holds the exercises of all lessons, with their checks and solutions; what
  they import from it is a check.

These have nothing to teach about images or networks, and are only imported:

- ``helpers.quiet_start`` loads Keras without TensorFlow's messages.
- ``helpers.no_wait_after_epochs`` switches off a wait of TensorFlow's after an epoch.
- ``classroom.mplstyle`` makes figures legible from the back row.
"""
