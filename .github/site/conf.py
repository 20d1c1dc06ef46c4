"""How Sphinx makes the site from what ``python tests/make_site.py`` puts together."""

import os

project = "From one neuron to a network that reads your handwriting"
html_title = "Image classification with Keras"
extensions = ["myst_nb"]

# What is committed is shown, and nothing is run.
nb_execution_mode = "off"
nb_merge_streams = True
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]

html_theme = "sphinx_book_theme"
html_context = {"default_mode": "auto"}
html_static_path = ["site.css", "site.js"]
html_js_files = ["site.js"]
html_css_files = ["site.css"]
html_show_copyright = False
html_favicon = "favicon.svg"
html_theme_options = {
    "use_download_button": True,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "collapse_navbar": True,
}
# The one thing to set: where this project can be found. GitHub sets it.
if address := os.environ.get("SITE_REPOSITORY", ""):
    html_theme_options |= {"repository_url": address, "use_repository_button": True}
