// fit makes a canvas as sharp as the screen is, and returns its cleared context, in which
// units are CSS pixels.
export function fit(canvas) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const c = canvas.getContext('2d');
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return c;
}

// round returns the nearest place at which an edge is sharp.
export function round(x) {
  const ratio = devicePixelRatio || 1;
  return Math.round(x * ratio) / ratio;
}
