import { h, svg, set, text, grid, rows } from './dom.js';
import { NONE, clock, count, duration } from './format.js';
import { colour, onTheme } from './theme.js';

const LIBRARY = new URL('./vendor/uplot/', import.meta.url);
let library;

// load fetches uPlot when the first chart is wanted: the overview has none.
function load() {
  library ??= new Promise((resolve, reject) => {
    const script = h('script', {
      src: new URL('uPlot.iife.min.js', LIBRARY),
      onload: () => resolve(window.uPlot),
      onerror: reject,
    });
    document.head.append(h('link', { rel: 'stylesheet', href: new URL('uPlot.min.css', LIBRARY) }), script);
  });
  return library;
}

// perSecond and average make of the arrays of a series what is drawn.
export function perSecond(name) {
  return (s) => s[name].map((n, i) => (n === null ? null : (n * 1000) / s.len_ms[i]));
}

export function share(part, wholes) {
  return (s) =>
    s[part].map((n, i) => {
      const whole = wholes.reduce((sum, name) => sum + s[name][i], 0);
      return whole > 0 ? n / whole : null;
    });
}

export function plain(name) {
  return (s) => s[name];
}

// lonely returns the places of values between which and the next ones there is no line.
export function lonely(values) {
  const known = (i) => values[i] !== null && values[i] !== undefined;
  return Array.from(values.keys()).filter((i) => known(i) && !known(i - 1) && !known(i + 1));
}

// Steps between labels of the time axis, in seconds.
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
// Steps of counts: half a resource is none.
const WHOLE = Array.from({ length: 36 }, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

// A Chart draws lines over time. Lines have label and values(series), and are told apart
// by dashes as well as by colours.
export class Chart {
  #plot = null;
  #data = null;

  constructor(title, unit, lines, top) {
    Object.assign(this, { title, unit, lines, top });
    this.box = h('div', { class: 'chart', role: 'img' });
    this.values = lines.map(() => h('b', {}, NONE));
    const legend = lines.map((l, i) => h('li', {}, this.#sample(i), l.label, ' ', this.values[i]));
    this.element = h('section', { class: 'panel' }, h('h2', {}, title), h('ul', { class: 'legend' }, legend), this.box);
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(this.box);
    onTheme(() => this.#again());
  }

  #sample(i) {
    const line = svg('line', {
      x1: 0,
      y1: 4,
      x2: 22,
      y2: 4,
      class: `line-${i + 1}`,
      'stroke-dasharray': DASHES[i].join(' ') || null,
    });
    return svg('svg', { width: 22, height: 8, 'aria-hidden': 'true' }, line);
  }

  show(series) {
    if (!series?.t_ms?.length) return;
    this.#data = [series.t_ms.map((t) => t / 1000), ...this.lines.map((l) => l.values(series))];
    if (this.#plot) this.#plot.setData(this.#data);
    else this.#again();
    this.#read(null);
  }

  // again makes the plot anew: uPlot takes its colours once.
  async #again() {
    if (!this.#data) return;
    const UPlot = await load();
    this.#plot?.destroy();
    this.box.replaceChildren();
    this.#plot = new UPlot(this.#options(), this.#data, this.box);
  }

  #size() {
    return { width: Math.max(120, this.box.clientWidth), height: 168 };
  }

  #options() {
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { font, stroke: colour('muted'), ticks: { show: false }, grid: { stroke: colour('grid'), width: 1 } };
    return {
      ...this.#size(),
      legend: { show: false },
      cursor: { sync: { key: 'page' }, drag: { x: false, y: false }, y: false },
      scales: { y: { range: (_, min, max) => [0, this.top ?? (max > 0 ? max * 1.1 : this.unit === duration ? 1e6 : 1)] } },
      padding: [10, 30, 0, 0],
      axes: [
        {
          ...axis,
          size: 28,
          incrs: STEPS,
          grid: { show: false },
          values: (_, ticks) => ticks.map((t) => clock(t * 1000)),
          space: 72,
        },
        {
          ...axis,
          size: 64,
          space: 32,
          ...(this.unit === count && { incrs: WHOLE }),
          values: (_, ticks) => ticks.map((n) => this.unit(n)),
        },
      ],
      series: [
        {},
        ...this.lines.map((l, i) => ({
          stroke: colour(`line-${i + 1}`),
          width: 1.5,
          dash: DASHES[i],
          points: { show: false, filter: (u, n) => lonely(u.data[n]) },
          fill: i === 0 && l.fill ? colour('area') : undefined,
        })),
      ],
      hooks: { setCursor: [(u) => this.#read(u.cursor.idx)] },
    };
  }

  // read shows the values below the cursor, else the last ones.
  #read(index) {
    const last = this.#data[0].length - 1;
    const at = index ?? last;
    const words = this.lines.map((l, i) => this.unit(this.#data[i + 1][at] ?? null));
    words.forEach((w, i) => text(this.values[i], w));
    if (index === null)
      set(this.box, 'aria-label', `${this.title}: ${this.lines.map((l, i) => `${l.label} ${words[i]}`).join(', ')}`);
  }
}

// A SeriesTable is the other way to read the charts of a page.
export class SeriesTable {
  constructor(charts) {
    this.lines = charts.flatMap((c) => c.lines.map((l) => ({ ...l, unit: c.unit })));
    this.table = grid('Charts as a table', ['Time', ...this.lines.map((l) => '#' + l.label)]);
    this.details = h(
      'details',
      { ontoggle: () => this.show(this.series) },
      h('summary', {}, 'Charts as a table'),
      this.table.element,
    );
    this.element = h('section', { class: 'panel wide' }, this.details);
  }

  show(series) {
    this.series = series;
    if (!this.details.open || !series?.t_ms) return;
    const columns = this.lines.map((l) => l.values(series));
    const times = series.t_ms.map((t, i) => [clock(t), ...this.lines.map((l, j) => l.unit(columns[j][i]))]);
    rows(this.table.body, times.reverse());
  }
}

// spark returns an element of the last rates, which draw changes.
export function spark() {
  const line = svg('polyline', {});
  const element = svg('svg', { class: 'spark', viewBox: '0 0 60 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, line);
  return { element, line };
}

export function drawSpark({ line }, values) {
  set(line, 'points', points(values, 60, 16));
}

// points is the line of a spark, the last value at the right. What is not known is left
// out.
export function points(values, width, height) {
  const slots = 29;
  const max = Math.max(0, ...values);
  const at = (v, i) => {
    const x = width - ((values.length - 1 - i) * width) / slots;
    const y = max > 0 ? height - 1 - (v / max) * (height - 2) : height - 1;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return values
    .map(at)
    .filter((_, i) => values[i] !== null)
    .join(' ');
}
