// The theme's arrows that unfold a lesson's exercises have no name to be read aloud.
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll(".bd-sidebar-primary details > summary")) {
    arrow.setAttribute("aria-label", "Exercises");
  }
});
