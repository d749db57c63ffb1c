import { fit, round } from './canvas.js';
import { h, rows, grid, text } from './dom.js';
import { duration, exact, percent, plural } from './format.js';
import { colour } from './theme.js';

const ROW = 24;

// trees joins the places of a function: what leads to it stands once for each way from
// the top. Callers are drawn as wide as what is known below them.
export function trees(places) {
  const top = { children: [] };
  for (const place of places) {
    let above = top;
    for (const caller of place.callers) {
      let next = above.children.find((n) => n.caller && n.name === caller.name);
      if (!next) {
        next = {
          name: caller.name,
          short: caller.short,
          calls: caller.calls,
          total_ns: caller.total_ns,
          caller: true,
          children: [],
        };
        above.children.push(next);
      }
      above = next;
    }
    above.children.push({ ...place.node, target: true });
  }
  return top.children;
}

// weight is how wide a box is. What takes no time is still to be seen.
export function weight(node) {
  return node.caller ? node.children.reduce((sum, c) => sum + weight(c), 0) : Math.max(node.total_ns, 1);
}

// layout returns a box for each node: depth, and x0 and x1 from 0 to 1. If zoomed, a list
// of names from the top, names a node, only that and what leads to it have boxes, at full
// width, and what is below it. Where children that ran at the same time took longer than
// their caller they share its width.
export function layout(roots, zoomed = []) {
  const boxes = [];
  const place = (nodes, parent, depth, x0, width, whole) => {
    const sum = nodes.reduce((total, n) => total + weight(n), 0);
    let x = x0;
    for (const node of nodes) {
      const share = (weight(node) / Math.max(whole, sum)) * width;
      const box = { node, parent, depth, x0: x, x1: x + share, path: [...(parent?.path ?? []), node.name] };
      boxes.push(box);
      place(node.children, box, depth + 1, x, share, weight(node));
      x += share;
    }
  };
  let [nodes, parent, depth] = [roots, null, 0];
  for (; depth < zoomed.length; depth++) {
    const node = nodes.find((n) => n.name === zoomed[depth]);
    if (!node) return layout(roots, zoomed.slice(0, depth));
    if (depth === zoomed.length - 1) {
      place([node], parent, depth, 0, 1, 0);
      return boxes;
    }
    parent = { node, parent, depth, x0: 0, x1: 1, path: zoomed.slice(0, depth + 1) };
    boxes.push(parent);
    nodes = node.children;
  }
  place(roots, null, 0, 0, 1, 0);
  return boxes;
}

// describe tells a box in words.
export function describe({ node, parent }) {
  const words = [`${node.name}: ${plural(node.calls, 'call')}, total ${duration(node.total_ns)}`];
  if (parent && !node.caller) words.push(`${percent(node.total_ns, parent.node.total_ns)} of its caller`);
  if (!node.caller) words.push(`self ${duration(node.self_ns)}`);
  if (node.recursive) words.push(`${exact(node.recursive)} recursive`);
  if (node.overlap_ns) words.push(`what it called ran at the same time, ${duration(node.overlap_ns)} more than it took`);
  if (node.more) words.push(`${plural(node.more, 'smaller one')} below left out`);
  return words.join(', ');
}

export class Flame {
  #zoom = [];
  #selected = null;
  #boxes = [];

  constructor() {
    this.canvas = h('canvas', {
      class: 'plot flame',
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'flame graph',
      'aria-label': 'Call tree as a flame graph. Arrow keys move, Enter zooms, Escape zooms out.',
    });
    this.line = h('p', { class: 'readout', 'aria-live': 'polite' });
    this.out = h('button', { type: 'button', hidden: true, onclick: () => this.#zoomTo([]) }, 'Zoom out');
    this.table = grid('Call tree', ['Function', '#Calls', '#Total', '#Self']);
    this.details = h('details', { ontoggle: () => this.#fill() }, h('summary', {}, 'Call tree as a table'), this.table.element);
    this.element = h('div', {}, this.canvas, h('div', { class: 'row' }, this.line, this.out), this.details);
    this.canvas.addEventListener('keydown', (e) => this.#key(e));
    this.canvas.addEventListener('pointermove', (e) => this.#select(this.#at(e)));
    this.canvas.addEventListener('click', (e) => {
      const box = this.#at(e);
      if (box) this.#zoomTo(box.path);
    });
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  show(places) {
    this.roots = trees(places);
    this.canvas.hidden = places.length === 0;
    this.#place();
    this.#fill();
  }

  #place() {
    this.#boxes = layout(this.roots, this.#zoom);
    const depth = Math.max(0, ...this.#boxes.map((b) => b.depth + 1));
    this.canvas.style.height = `${depth * ROW}px`;
    this.out.hidden = this.#zoom.length === 0;
    this.draw();
  }

  #zoomTo(path) {
    // To zoom into what fills the width already is to zoom out.
    this.#zoom = path.join('\n') === this.#zoom.join('\n') ? [] : path;
    this.#place();
  }

  #select(box) {
    const path = box?.path.join('\n') ?? null;
    if (path === this.#selected || !path) return;
    this.#selected = path;
    this.draw();
  }

  #at(event) {
    const [x, depth] = [event.offsetX / this.canvas.clientWidth, Math.floor(event.offsetY / ROW)];
    return this.#boxes.find((b) => b.depth === depth && x >= b.x0 && x < b.x1);
  }

  #current() {
    return this.#boxes.find((b) => b.path.join('\n') === this.#selected);
  }

  #key(event) {
    const box = this.#current() ?? this.#boxes[0];
    if (!box) return;
    const level = this.#boxes.filter((b) => b.depth === box.depth);
    const i = level.indexOf(box);
    const next = {
      ArrowLeft: level[i - 1],
      ArrowRight: level[i + 1],
      ArrowUp: box.parent,
      ArrowDown: this.#selected ? this.#boxes.find((b) => b.parent === box) : box,
    };
    if (event.key === 'Enter') this.#zoomTo(box.path);
    else if (event.key === 'Escape' && this.#zoom.length > 0) this.#zoomTo([]);
    else if (event.key in next) this.#select(next[event.key]);
    else return;
    event.preventDefault();
  }

  draw() {
    text(this.line, this.#readout());
    if (!this.roots || !this.canvas.clientWidth) return;
    const c = fit(this.canvas);
    const selected = this.#current();
    for (const box of this.#boxes) {
      const x = round(box.x0 * this.canvas.clientWidth);
      const width = round(box.x1 * this.canvas.clientWidth) - x;
      if (width < 0.5) continue;
      this.#box(c, box, x, Math.max(1, width - 1), box === selected);
    }
  }

  #box(c, { node, depth }, x, width, selected) {
    const y = depth * ROW;
    c.fillStyle = colour(node.target ? 'accent' : node.caller ? 'sunken' : `flame-${1 + (depth % 3)}`);
    c.fillRect(x, y, width, ROW - 1);
    if (selected) {
      c.strokeStyle = colour('text');
      c.lineWidth = 2;
      c.strokeRect(x + 1, y + 1, Math.max(1, width - 2), ROW - 3);
    }
    c.fillStyle = colour(node.target ? 'on-accent' : 'text');
    c.textBaseline = 'middle';
    const label = clip(c, node.short || node.name, width - 12);
    if (label) c.fillText(label, x + 6, y + ROW / 2);
  }

  #readout() {
    if (!this.roots?.length) return 'No call has ended yet, or the call tree is off.';
    const box = this.#current();
    return box ? describe(box) : 'Wider: longer in total. Click or Enter zooms, Escape zooms out, arrow keys move.';
  }

  #fill() {
    if (!this.details.open) return;
    const list = [];
    const walk = (nodes, depth) =>
      nodes.forEach((n) => {
        const name = '\u00a0\u00a0'.repeat(depth) + (n.short || n.name);
        list.push([name, exact(n.calls), duration(n.total_ns), n.caller ? '–' : duration(n.self_ns)]);
        walk(n.children, depth + 1);
      });
    walk(this.roots, 0);
    rows(this.table.body, list);
  }
}

function clip(c, label, width) {
  if (width < 16) return '';
  if (c.measureText(label).width <= width) return label;
  const fits = Math.floor((label.length * width) / c.measureText(label).width) - 1;
  return fits > 1 ? label.slice(0, fits) + '…' : '';
}
