// What runs in the browser: draw, send the ink to the kernel, show the bars that come back.

const SIDE = 140; // of the canvas, in its own pixels; the style sheet shows it larger
const PEN = 11;
const SAMPLE_SIDE = 28;
const FAINT = 16; // below this, what a browser adds to hide who it is: not ink
const STEP = 4; // how far an arrow key moves the pen, in the same pixels
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PATIENCE = 5000; // milliseconds after which a missing answer is mentioned

function element(tag, className, parent, properties = {}) {
  const made = Object.assign(document.createElement(tag), { className, ...properties });
  parent.append(made);
  return made;
}

// Grey levels, one byte a pixel, as white ink on black.
function paint(canvas, bytes, side) {
  canvas.width = canvas.height = side;
  const picture = new ImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    picture.data.fill(bytes ? bytes.getUint8(i) : 0, 4 * i, 4 * i + 3);
    picture.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

function render({ model, el }) {
  const root = element("div", "drawing-pad", el);
  const left = element("div", "drawing-pad-left", root);
  const paper = element("div", "drawing-pad-paper", left);
  const canvas = element("canvas", "drawing-pad-canvas", paper, { width: SIDE, height: SIDE });
  canvas.setAttribute("role", "application");
  canvas.setAttribute(
    "aria-label",
    "Draw a digit here. Arrow keys move the pen, and the space bar puts it down or takes it up.",
  );
  canvas.tabIndex = 0;
  // Otherwise JupyterLab takes the arrow keys to go to another cell.
  canvas.dataset.lmSuppressShortcuts = "true";
  const tip = element("div", "drawing-pad-tip", paper); // where the keys have moved the pen
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const row = element("div", "drawing-pad-row", left);
  const clear = element("button", "drawing-pad-clear", row, { textContent: "Clear" });
  element("span", "", row, { textContent: "or take one:" });
  const middle = element("div", "drawing-pad-middle", root);
  element("div", "", middle, { textContent: "what the network gets" });
  const seen = element("canvas", "drawing-pad-seen", middle);
  seen.setAttribute("role", "img");
  seen.setAttribute("aria-label", "The image that the network gets");
  const right = element("div", "drawing-pad-right", root);
  const text = element("div", "drawing-pad-text", right);
  // For screen readers, which would read out every answer while the pen moves.
  const spoken = element("div", "drawing-pad-spoken", right);
  spoken.setAttribute("role", "status");
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const line = element("div", "drawing-pad-line", right);
    element("span", "drawing-pad-digit", line, { textContent: digit });
    const bar = element("div", "drawing-pad-bar", element("div", "drawing-pad-track", line));
    return { bar, share: element("span", "drawing-pad-share", line) };
  });

  let number = Date.now(); // of the last drawing sent; another view has other numbers
  let sentAt = 0; // when it was
  let waiting = false; // for its answer
  let changed = false; // drawn on since then
  let timer = null;
  let pointer = null; // the mouse or finger that is drawing
  let last = null; // where it was
  let at = [SIDE / 2, SIDE / 4]; // where the keys have moved the pen
  let down = false; // whether it draws there

  function send() {
    if (waiting) {
      changed = true; // one at a time: the answer will send what is newest
      return;
    }
    changed = false;
    const pixels = pen.getImageData(0, 0, SIDE, SIDE).data;
    const ink = new Uint8Array(SIDE * SIDE);
    for (let i = 0; i < ink.length; i++) ink[i] = pixels[4 * i] < FAINT ? 0 : pixels[4 * i];
    number += 1;
    sentAt = performance.now();
    waiting = true;
    timer = setTimeout(() => {
      text.textContent = "No answer yet: is the kernel running, and is it free?";
    }, PATIENCE);
    model.set("drawing", { number, side: SIDE, ink: new DataView(ink.buffer) });
    model.save_changes();
  }

  function show() {
    const answer = model.get("answer");
    const best = Math.max(...answer.probabilities);
    bars.forEach(({ bar, share }, digit) => {
      const probability = answer.probabilities[digit] ?? 0;
      bar.style.width = `${100 * probability}%`;
      bar.classList.toggle("drawing-pad-best", probability > 0 && probability === best);
      share.textContent = answer.probabilities.length ? `${Math.round(100 * probability)} %` : "";
    });
    text.textContent = answer.text;
    paint(seen, answer.seen, SAMPLE_SIDE);
  }

  function receive() {
    if (model.get("answer").number !== number) return; // another view's
    clearTimeout(timer);
    waiting = false;
    show();
    if (pointer === null && !down && !changed) spoken.textContent = text.textContent;
    root.dataset.milliseconds = performance.now() - sentAt;
    root.dataset.answered = number;
    if (changed) send();
  }

  function erase(bytes = null) {
    paint(canvas, bytes, SIDE);
    pen.imageSmoothingEnabled = false;
    pen.lineWidth = PEN;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "white";
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * SIDE,
      ((event.clientY - box.top) / box.height) * SIDE,
    ];
  }

  function line(start, end) {
    pen.beginPath();
    pen.moveTo(...start);
    pen.lineTo(...end);
    pen.stroke();
    send();
  }

  function stroke(event) {
    if (event.pointerId !== pointer) return;
    const here = place(event);
    line(last, here);
    last = here;
  }

  function lift() {
    down = false;
    tip.classList.remove("drawing-pad-down");
    spoken.textContent = text.textContent;
  }

  function key(event) {
    const arrow = ARROWS[event.key];
    if ((!arrow && event.key !== " ") || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const start = at;
    if (arrow) {
      at = at.map((place, axis) => Math.min(SIDE, Math.max(0, place + STEP * arrow[axis])));
    } else if (down) {
      lift();
    } else {
      down = true;
      tip.classList.add("drawing-pad-down");
    }
    tip.style.left = `${(100 * at[0]) / SIDE}%`;
    tip.style.top = `${(100 * at[1]) / SIDE}%`;
    if (down) line(start, at);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    last = place(event);
    stroke(event); // a dot
  });
  canvas.addEventListener("pointermove", stroke);
  canvas.addEventListener("lostpointercapture", () => {
    pointer = null;
    spoken.textContent = text.textContent;
  });
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("blur", lift);
  clear.addEventListener("click", () => {
    erase();
    send();
  });

  const samples = model.get("samples");
  for (let start = 0; start < samples.byteLength; start += SAMPLE_SIDE ** 2) {
    const button = element("button", "drawing-pad-sample", row);
    button.setAttribute("aria-label", `Sample ${start / SAMPLE_SIDE ** 2 + 1}`);
    const thumbnail = element("canvas", "", button);
    thumbnail.setAttribute("aria-hidden", "true");
    paint(thumbnail, new DataView(samples.buffer, samples.byteOffset + start), SAMPLE_SIDE);
    button.addEventListener("click", () => {
      erase();
      pen.drawImage(thumbnail, 0, 0, SIDE, SIDE);
      send();
    });
  }

  const drawn = model.get("drawing").ink; // in another view, or before the page was loaded
  erase(drawn);
  paint(seen, null, SAMPLE_SIDE);
  text.textContent = "Draw a digit, with the mouse, a finger, or arrow keys and space bar";
  if (drawn && model.get("answer").number) show();
  model.on("change:answer", receive);
  return () => {
    clearTimeout(timer);
    model.off("change:answer", receive);
  };
}

export default { render };
