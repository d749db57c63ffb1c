// The theme is the system's, unless the reader has chosen another one, which is kept.

const KEY = 'bunsui-theme';
const NAMES = ['system', 'light', 'dark'];
const changed = new EventTarget();

function stored() {
  try {
    const name = localStorage.getItem(KEY);
    return NAMES.includes(name) ? name : 'system';
  } catch {
    return 'system'; // storage may be forbidden
  }
}

let theme = stored();

function apply() {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  colours.clear();
  changed.dispatchEvent(new Event('change'));
}

export function current() {
  return theme;
}

export function next() {
  theme = NAMES[(NAMES.indexOf(theme) + 1) % NAMES.length];
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds for this page only.
  }
  apply();
}

export function onTheme(f) {
  changed.addEventListener('change', f);
}

const colours = new Map();

// colour returns what a colour of the style sheet is at present, for a canvas.
export function colour(name) {
  if (!colours.has(name)) {
    const probe = document.body.appendChild(document.createElement('span'));
    probe.style.color = `var(--${name})`;
    colours.set(name, getComputedStyle(probe).color);
    probe.remove();
  }
  return colours.get(name);
}

export function start() {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  apply();
}
