// Numbers in words: three digits and a unit, so that columns stay narrow and do not jump.
// null, undefined and NaN are what is not known.

export const NONE = '–';
const GAP = '\u00a0';

const unknown = (n) => n === null || n === undefined || Number.isNaN(n);

const digits = (x) => x.toFixed(x < 9.995 ? 2 : x < 99.95 ? 1 : 0);

// scaled divides x by base until three digits are enough, and adds the unit.
function scaled(x, units, base) {
  let i = 0;
  while (i < units.length - 1 && Math.round(x) >= base) {
    x /= base;
    i++;
  }
  return (i === 0 && Number.isInteger(x) ? String(x) : digits(x)) + (units[i] && GAP + units[i]);
}

export function count(n) {
  if (unknown(n)) return NONE;
  return n < 10000 ? exact(n) : scaled(n, ['', 'k', 'M', 'G', 'T'], 1000);
}

// exact is a whole number with all of its digits.
export function exact(n) {
  return unknown(n) ? NONE : Math.round(n).toLocaleString('en');
}

export function rate(perSecond) {
  if (unknown(perSecond)) return NONE;
  return perSecond === 0 ? '0/s' : scaled(perSecond, ['', 'k', 'M', 'G'], 1000) + '/s';
}

export function bytes(n) {
  return unknown(n) ? NONE : scaled(n, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], 1024);
}

export function duration(ns) {
  if (unknown(ns)) return NONE;
  if (ns === 0) return '0' + GAP + 's';
  if (ns < 59.95e9) return scaled(ns, ['ns', 'µs', 'ms', 's'], 1000);
  const parts = [];
  let rest = Math.round(ns / 1e9);
  for (const [unit, length] of [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ]) {
    const n = Math.floor(rest / length);
    rest %= length;
    if (n > 0 || parts.length > 0) parts.push([n, unit]);
  }
  return parts
    .slice(0, 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => n + GAP + unit)
    .join(' ');
}

// seconds is a duration with all of its digits.
export function seconds(ns) {
  return unknown(ns) ? NONE : (ns / 1e9).toFixed(9).replace(/\.?0+$/, '') + ' s';
}

// percent never says 0 % or 100 % of what is only nearly that.
export function percent(part, whole) {
  if (unknown(part) || !whole) return NONE;
  const p = (part / whole) * 100;
  if (part === 0) return '0' + GAP + '%';
  if (part === whole) return '100' + GAP + '%';
  if (p < 0.01) return '<0.01' + GAP + '%';
  if (p > 99.99) return '>99.99' + GAP + '%';
  return p.toFixed(p < 9.995 || p >= 99.95 ? 2 : 1) + GAP + '%';
}

const two = (n) => String(n).padStart(2, '0');

export function clock(time) {
  const t = new Date(time);
  return `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
}

// date leaves out the day if that is today.
export function date(time) {
  const t = new Date(time);
  const day = `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
  return t.toDateString() === new Date().toDateString() ? clock(t) : `${day} ${clock(t)}`;
}

export function plural(n, one, many = one + 's') {
  return `${exact(n)} ${n === 1 ? one : many}`;
}
