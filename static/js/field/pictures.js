// Photos: shrunk on the phone before they are kept, so that a day's work fits the phone and the village's network.

const LONGEST = 1600; // pixels of the longer side: an IMEI on a label can still be read
const QUALITY = 0.75;
const SMALL = 160;

/** The picture can not be read on this phone. */
export class Unreadable extends Error {}

async function decode(file) {
  try {
    // As the camera was held; writing it anew also drops place and time from the file.
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Unreadable();
  }
}

function draw(canvas, picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
}

/** The photo as JPEG, its longer side at most 1,600 pixels. */
export async function shrink(file) {
  const picture = await decode(file);
  const canvas = document.createElement("canvas");
  draw(canvas, picture, LONGEST);
  picture.close();
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
  if (!blob) throw new Unreadable();
  return blob;
}

/** A small drawing of a kept photo, described by `label`. */
export async function thumbnail(blob, label) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  const picture = await decode(blob);
  draw(canvas, picture, SMALL);
  picture.close();
  return canvas;
}
