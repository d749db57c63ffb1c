// What the reader has chosen, such as the order of a table, stands in the hash of the
// address, so that a reload and a copied link keep it.

const changed = new EventTarget();
let chosen = null;

// get is called for each cell of a table, so the hash is read only when it has changed.
export function get(name, fallback = '') {
  if (chosen === null) read();
  return chosen.get(name) ?? fallback;
}

function read() {
  chosen = new Map(new URLSearchParams(location.hash.slice(1)));
}

export function put(name, value) {
  const all = new URLSearchParams(location.hash.slice(1));
  if (value === '') all.delete(name);
  else all.set(name, value);
  // Replacing does not fill the history of the browser with every letter of a search.
  history.replaceState(null, '', all.size > 0 ? '#' + all : location.pathname + location.search);
  tell();
}

function tell() {
  read();
  changed.dispatchEvent(new Event('change'));
}

export function onChange(f) {
  changed.addEventListener('change', f);
}

export function start() {
  addEventListener('hashchange', tell);
}
