import { grid as table, h, rows, text } from './dom.js';
import { NONE, clock, duration, exact, percent, plural } from './format.js';
import { fit, round } from './canvas.js';
import { colour } from './theme.js';

const SLOTS = 30; // columns for which there is room from the beginning
const LEFT = 64;
const BOTTOM = 20;
const LEVELS = 6;

// cells makes of a heatmap what is drawn: the rows from the first to the last one with
// calls, the greatest count, and for each column counts by row.
export function cells(heatmap) {
  const all = heatmap.columns.flatMap((c) => c.counts);
  if (all.length === 0) return { first: 0, rows: 0, max: 0, columns: [] };
  const first = Math.min(...all.map(([row]) => row));
  const last = Math.max(...all.map(([row]) => row));
  const columns = heatmap.columns.map((c) => {
    const counts = new Map(c.counts.map(([row, n]) => [row - first, n]));
    return { time: c.t_ms, length: c.len_ms, counts, total: c.counts.reduce((sum, [, n]) => sum + n, 0) };
  });
  return { first, rows: last - first + 1, max: Math.max(...all.map(([, n]) => n)), columns };
}

// level says how dark a count is drawn, from 1 to LEVELS: by its logarithm, because the
// few slow calls are what one looks for. 0 is for no calls.
export function level(n, max) {
  if (!n) return 0;
  return max <= 1 ? LEVELS : 1 + Math.round(((LEVELS - 1) * Math.log(n)) / Math.log(max));
}

// describe tells a cell in words.
export function describe(heatmap, grid, x, y) {
  const column = grid.columns[x];
  const n = column.counts.get(y) ?? 0;
  const [from, to] = [heatmap.bounds_ns[grid.first + y], heatmap.bounds_ns[grid.first + y + 1]];
  const range = to === undefined ? `${duration(from)} or longer` : `${duration(from)} to ${duration(to)}`;
  const share = n > 0 ? ` (${percent(n, column.total)} of this column)` : '';
  return `${clock(column.time)}, ${duration(column.length * 1e6)}: ${plural(n, 'call')} took ${range}${share}`;
}

// summary tells each column in words, the latest first: time, calls, and the least
// duration of the fastest, the most frequent and the slowest ones.
export function summary(heatmap, grid) {
  const from = (row) => duration(heatmap.bounds_ns[grid.first + row]);
  return grid.columns
    .map(({ time, counts, total }) => {
      const used = [...counts.keys()];
      const often = used.reduce((best, row) => (counts.get(row) > (counts.get(best) ?? 0) ? row : best), used[0]);
      return [clock(time), exact(total), ...[used[0], often, used.at(-1)].map((row) => (total > 0 ? from(row) : NONE))];
    })
    .reverse();
}

export class Heatmap {
  #cursor = null;

  constructor() {
    this.canvas = h('canvas', {
      class: 'plot heat',
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'heatmap',
      'aria-label': 'Latency over time. Arrow keys move from cell to cell.',
    });
    this.line = h('p', { class: 'readout', 'aria-live': 'polite' });
    this.table = table('Latency over time', ['Time', '#Calls', '#Fastest from', '#Most from', '#Slowest from']);
    this.details = h(
      'details',
      { ontoggle: () => this.draw() },
      h('summary', {}, 'Latency over time as a table'),
      this.table.element,
    );
    this.element = h('div', {}, this.canvas, this.line, this.details);
    this.canvas.addEventListener('keydown', (e) => this.#key(e));
    this.canvas.addEventListener('pointermove', (e) => this.#point(e));
    this.canvas.addEventListener('pointerdown', (e) => this.#point(e));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  // show keeps the cursor on its span and durations while columns move on.
  show(heatmap) {
    const before = this.grid;
    const at = this.#cursor && { time: before.columns[this.#cursor.x]?.time, row: before.first + this.#cursor.y };
    this.heatmap = heatmap;
    this.grid = cells(heatmap);
    if (at) {
      const x = this.grid.columns.findIndex((c) => c.time === at.time);
      const y = at.row - this.grid.first;
      this.#cursor = x < 0 || y < 0 || y >= this.grid.rows ? null : { x, y };
    }
    this.draw();
  }

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [-1e6, 0], End: [1e6, 0] };
    const move = moves[event.key];
    if (!move || !this.grid?.rows) return;
    event.preventDefault();
    const last = this.grid.columns.length - 1;
    const { x, y } = this.#cursor ?? { x: last - move[0], y: -move[1] };
    this.#cursor = { x: clamp(x + move[0], last), y: clamp(y + move[1], this.grid.rows - 1) };
    this.draw();
  }

  #point(event) {
    if (!this.grid?.rows) return;
    const s = this.#sizes();
    const x = Math.floor((event.offsetX - LEFT) / s.width) - s.skip;
    const y = this.grid.rows - 1 - Math.floor(event.offsetY / s.height);
    if (x < 0 || y < 0 || x >= this.grid.columns.length || y >= this.grid.rows) return;
    this.#cursor = { x, y };
    this.draw();
  }

  #sizes() {
    const slots = Math.max(SLOTS, this.grid.columns.length);
    return {
      width: (this.canvas.clientWidth - LEFT) / slots,
      height: (this.canvas.clientHeight - BOTTOM) / this.grid.rows,
      skip: slots - this.grid.columns.length,
    };
  }

  draw() {
    if (!this.grid || !this.canvas.clientWidth) return;
    const c = fit(this.canvas);
    const { grid } = this;
    text(this.line, this.#readout());
    if (this.details.open) rows(this.table.body, summary(this.heatmap, grid));
    if (grid.rows === 0) return;
    const s = this.#sizes();
    grid.columns.forEach((column, x) => {
      for (const [y, n] of column.counts) {
        c.fillStyle = colour('heat-' + level(n, grid.max));
        this.#cell(c, s, x, y, (...box) => c.fillRect(...box));
      }
    });
    this.#axes(c, s);
    if (this.#cursor) {
      c.strokeStyle = colour('text');
      c.lineWidth = 2;
      this.#cell(c, s, this.#cursor.x, this.#cursor.y, (...box) => c.strokeRect(...box));
    }
  }

  #cell(c, s, x, y, f) {
    const left = LEFT + (x + s.skip) * s.width;
    const top = (this.grid.rows - 1 - y) * s.height;
    const gap = s.height > 4 ? 1 : 0;
    f(
      round(left),
      round(top),
      Math.max(1, round(left + s.width) - round(left) - 1),
      Math.max(1, round(top + s.height) - round(top) - gap),
    );
  }

  #axes(c, s) {
    const { grid, heatmap } = this;
    c.fillStyle = colour('muted');
    c.textAlign = 'right';
    c.textBaseline = 'middle';
    // A label stands at the lower bound of its row.
    const every = Math.max(1, Math.ceil(24 / s.height));
    for (let y = 0; y < grid.rows; y += every) {
      c.fillText(duration(heatmap.bounds_ns[grid.first + y]), LEFT - 8, Math.max(7, (grid.rows - y) * s.height - 1));
    }
    c.textAlign = 'center';
    const step = Math.max(1, Math.ceil(84 / s.width));
    for (let x = grid.columns.length - 1; x >= 0; x -= step) {
      const middle = LEFT + (x + s.skip + 0.5) * s.width;
      c.fillText(clock(grid.columns[x].time), Math.min(middle, this.canvas.clientWidth - 27), this.canvas.clientHeight - 7);
    }
  }

  #readout() {
    const { grid, heatmap } = this;
    if (grid.rows === 0) return 'No calls since this page was opened.';
    if (this.#cursor) return describe(heatmap, grid, this.#cursor.x, this.#cursor.y);
    return `Higher up: slower. Stronger colour: more calls, at most ${exact(grid.max)} in a cell. Point at a cell, or move by arrow keys.`;
  }
}

function clamp(n, last) {
  return Math.max(0, Math.min(last, n));
}
