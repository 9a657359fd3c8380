/* Pictures of a document: camera or file, looked at before they are sent. Works as a plain upload without. */
"use strict";
(() => {
  const form = document.querySelector("[data-capture]");
  if (!form) return;
  const part = (name) => form.querySelector(`[data-capture-${name}]`);
  const input = part("file");
  const video = part("camera").querySelector("video");
  const canvas = form.querySelector("canvas");
  const notes = part("notes");
  const send = form.querySelector("[type=submit]");
  const LARGEST = 2000; /* pixels kept */
  const LOOKED = 480; /* pixels that are looked at */
  let stream = null;
  let opening = false;

  part("plain").hidden = true;
  part("buttons").hidden = false;
  send.hidden = true;
  part("open").hidden = !navigator.mediaDevices?.getUserMedia;

  /* Grey values of a smaller copy, and the share of burnt-out pixels. */
  function greyOf(source) {
    const scale = Math.min(1, LOOKED / Math.max(source.width, source.height));
    const small = document.createElement("canvas");
    small.width = Math.max(3, Math.round(source.width * scale));
    small.height = Math.max(3, Math.round(source.height * scale));
    const pen = small.getContext("2d", { willReadFrequently: true });
    pen.drawImage(source, 0, 0, small.width, small.height);
    const { data } = pen.getImageData(0, 0, small.width, small.height);
    const grey = new Float32Array(small.width * small.height);
    let burnt = 0;
    let sum = 0;
    for (let at = 0; at < grey.length; at += 1) {
      grey[at] = 0.299 * data[at * 4] + 0.587 * data[at * 4 + 1] + 0.114 * data[at * 4 + 2];
      sum += grey[at];
      burnt += grey[at] > 251;
    }
    return { grey, width: small.width, height: small.height, burnt: burnt / grey.length, mean: sum / grey.length };
  }

  /* The variance of the Laplacian says how sharp it is; where edges are says how much is filled. */
  function edgesOf({ grey, width, height }) {
    let sum = 0;
    let squares = 0;
    let count = 0;
    let [left, right, top, bottom] = [width, 0, height, 0];
    for (let y = 1; y < height - 1; y += 1)
      for (let x = 1; x < width - 1; x += 1) {
        const at = y * width + x;
        const value = grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at];
        sum += value;
        squares += value * value;
        count += 1;
        if (Math.abs(value) > 24) {
          left = Math.min(left, x); right = Math.max(right, x);
          top = Math.min(top, y); bottom = Math.max(bottom, y);
        }
      }
    const filled = right > left && bottom > top ? ((right - left) * (bottom - top)) / (width * height) : 0;
    return { sharp: squares / count - (sum / count) ** 2, filled };
  }

  function judge(source) {
    const seen = greyOf(source);
    const { sharp, filled } = edgesOf(seen);
    const said = [];
    if (Math.min(source.width, source.height) < 400) said.push("small");
    if (seen.mean < 40) said.push("dark");
    if (sharp < 45) said.push("blurred");
    else if (filled < 0.3) said.push("far");
    if (seen.burnt > 0.2) said.push("glare");
    if (form.dataset.slot !== "person" && form.dataset.slot !== "extra" && source.height > source.width * 1.2) said.push("shape");
    return said;
  }

  function tell(words, good) {
    notes.replaceChildren(...words.map((word) => {
      const line = document.createElement("li");
      line.className = good ? "kyc-note is-good" : "kyc-note";
      const text = document.createElement("span");
      text.textContent = form.dataset[word];
      line.append(text);
      return line;
    }));
    form.dataset.judged = good ? "good" : words.join(" ");
  }

  /* Draw smaller, show, judge, and put the drawn picture in the place of the file. */
  function take(source, width, height) {
    const scale = Math.min(1, LARGEST / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
    const said = judge(canvas);
    part("shown").hidden = false;
    tell(said.length ? said : ["good"], !said.length);
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "document.jpg", { type: "image/jpeg" }));
      input.files = files.files;
      send.hidden = false;
    }, "image/jpeg", 0.9);
  }

  function close() {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    part("camera").hidden = true;
    part("shoot").hidden = true;
  }

  /* A second press while the camera is being opened, or is open, opens no second one. */
  async function open() {
    if (opening || stream) return;
    opening = true;
    try {
      const wish = { video: { facingMode: form.dataset.slot === "person" ? "user" : "environment", width: { ideal: 1920 } }, audio: false };
      stream = await navigator.mediaDevices.getUserMedia(wish);
      video.srcObject = stream;
      await video.play();
    } catch {
      close();
      part("shown").hidden = false;
      canvas.hidden = true;
      tell(["noCamera"], false);
      return;
    } finally {
      opening = false;
    }
    canvas.hidden = false;
    part("shown").hidden = true;
    part("camera").hidden = false;
    part("shoot").hidden = false;
    send.hidden = true;
  }

  part("open").addEventListener("click", open);
  part("choose").addEventListener("click", () => { close(); input.click(); });
  part("shoot").addEventListener("click", () => {
    take(video, video.videoWidth, video.videoHeight);
    close();
  });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      canvas.hidden = false;
      take(picture, picture.width, picture.height);
    } catch { /* no picture, or one this browser does not know: the server says what it is */
      part("shown").hidden = false;
      canvas.hidden = true;
      tell(["unread"], false);
      send.hidden = false;
    }
  });
  window.addEventListener("pagehide", close);
})();
