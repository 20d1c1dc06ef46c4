"""Code that the notebooks share. Each part is taught in a notebook before it is imported.

- ``helpers.data`` loads the images from the ``data`` folder, and checks them.
- ``helpers.figures`` draws images, training curves and predictions.
- ``helpers.quiet_start`` loads Keras without TensorFlow's messages and needless waits.
- ``helpers/classroom.mplstyle`` makes figures legible from the back row.
"""
