import { h, set, text } from './dom.js';
import * as state from './state.js';

// A column has a title and the functions value(item), by which rows are sorted,
// text(item), and if wanted hint(item), the whole value in words. One with build(item)
// and paint(parts, item) draws its cells itself. Where paint returns true the text is
// something to worry about. Its size is wide or wider, if that is needed.

const HOLD = 3000; // ms for which rows keep their places when somebody points at them

// A DataTable changes only the cells whose contents have changed, and moves only rows.
export class DataTable {
  #rows = new Map();
  #held = 0;
  #order = '';
  #begun = false;
  #near = new IntersectionObserver((list) => this.#seen(list), { rootMargin: '400px' });

  constructor(id, label, columns) {
    this.id = id;
    this.columns = columns;
    this.body = h('tbody', { role: 'rowgroup' });
    this.heads = columns.map((c, i) => this.#head(c, i));
    this.note = h('p', { class: 'empty', hidden: true });
    const table = h(
      'table',
      { class: 'data cards', role: 'table', 'aria-label': label },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, this.heads)),
      this.body,
    );
    this.element = h(
      'div',
      {},
      h('div', { class: 'scroll open', role: 'region', 'aria-label': label, tabindex: 0 }, table),
      this.note,
    );
    for (const type of ['pointermove', 'focusin', 'keydown']) {
      this.body.addEventListener(
        type,
        () => {
          this.#held = performance.now() + HOLD;
        },
        { passive: true },
      );
    }
  }

  #head(column, i) {
    const arrow = h('span', { class: 'arrow', 'aria-hidden': 'true' });
    const button = h('button', { type: 'button', title: column.about, onclick: () => this.#sortBy(i) }, column.title, arrow);
    return h(
      'th',
      { scope: 'col', role: 'columnheader', class: [column.num && 'num', column.size].filter(Boolean).join(' ') || null },
      button,
    );
  }

  // Numbers are sorted by the greatest first, texts by the alphabet, and the other way
  // round the second time.
  #sortBy(i) {
    const [now, down] = this.#sorting();
    const first = Boolean(this.columns[i].num);
    const wanted = now === i ? !down : first;
    state.put(this.id, (wanted ? '-' : '') + this.columns[i].key);
    this.#held = 0;
  }

  #sorting() {
    const wanted = state.get(this.id, this.columns[0].key);
    const i = this.columns.findIndex((c) => c.key === wanted.replace(/^-/, ''));
    return i < 0 ? [0, false] : [i, wanted.startsWith('-')];
  }

  // show draws the items that match; empty says why there are none at all.
  show(items, matches, empty) {
    const seen = new Set();
    const shown = [];
    for (const item of items) {
      const row = this.#row(item);
      seen.add(row.about);
      row.tr.hidden = !matches(item);
      if (!row.tr.hidden) {
        shown.push(row);
        if (row.near) this.#paint(row);
      }
    }
    for (const [name, row] of this.#rows) {
      if (!seen.has(name)) {
        this.#near.unobserve(row.tr);
        row.tr.remove();
        this.#rows.delete(name);
      }
    }
    this.#sort();
    this.#first();
    this.note.hidden = shown.length > 0;
    this.element.firstChild.hidden = shown.length === 0;
    text(this.note, seen.size === 0 ? empty : 'Nothing matches the search.');
    return shown.length;
  }

  #row(item) {
    const name = about(item.label);
    let row = this.#rows.get(name);
    if (!row) {
      const cells = this.columns.map((c, i) =>
        h(i ? 'td' : 'th', {
          role: i ? 'cell' : 'rowheader',
          scope: i ? null : 'row',
          class: c.num && 'num',
          'data-label': c.title,
        }),
      );
      row = { about: name, parts: [], cells, texts: [], tr: h('tr', { role: 'row' }, cells) };
      this.#rows.set(name, row);
      this.body.append(row.tr);
      this.#build(row, item, 0);
      row.tr.row = row;
      this.#near.observe(row.tr);
      this.#order = '';
    }
    row.item = item;
    return row;
  }

  #build(row, item, i) {
    row.parts[i] = this.columns[i].build?.(item);
    if (row.parts[i]) row.cells[i].append(row.parts[i].element);
  }

  // first paints what is seen first, before the browser tells what is in sight.
  #first() {
    if (this.#begun || this.#rows.size === 0) return;
    this.#begun = true;
    for (const tr of [...this.body.rows].filter((r) => !r.hidden).slice(0, 30)) this.#paint(tr.row);
  }

  // Rows out of sight have a name, to be found by, and get the rest when they come into it.
  #seen(list) {
    for (const { target, isIntersecting } of list) {
      const { row } = target;
      row.near = isIntersecting;
      if (row.near) this.#paint(row);
    }
  }

  #paint(row) {
    for (let i = row.parts.length; i < this.columns.length; i++) this.#build(row, row.item, i);
    this.columns.forEach((column, i) => {
      if (column.build) return column.paint(row.parts[i], row.item);
      const value = column.text(row.item);
      const hint = column.hint?.(row.item);
      if (row.texts[i] === value + hint) return;
      row.texts[i] = value + hint;
      text(row.cells[i], value);
      set(row.cells[i], 'title', hint);
      row.cells[i].classList.toggle('bad', Boolean(column.bad?.(row.item)));
    });
  }

  #sort() {
    const [index, down] = this.#sorting();
    this.heads.forEach((th, i) => {
      set(th, 'aria-sort', i !== index ? null : down ? 'descending' : 'ascending');
      text(th.firstChild.lastChild, i !== index ? '' : down ? '↓' : '↑');
    });
    if (performance.now() < this.#held && this.#order === this.#key()) return;
    const sorted = [...this.#rows.values()].map((row) => ({ row, value: this.columns[index].value(row.item) }));
    sorted.sort((a, b) => compare(a.value, b.value, down) || compare(a.row.item.label.name, b.row.item.label.name, false));
    this.#order = this.#key();
    this.#place(sorted.map((s) => s.row.tr));
  }

  #key() {
    return state.get(this.id) + ' ' + this.#rows.size;
  }

  #place(wanted) {
    const focused = document.activeElement;
    let at = this.body.firstChild;
    for (const tr of wanted) {
      if (tr === at) at = at.nextSibling;
      else this.body.insertBefore(tr, at);
    }
    if (focused !== document.activeElement && this.body.contains(focused)) focused.focus({ preventScroll: true });
  }
}

// about is what the built cells of a row say. Ids do not tell: after a reconnection they may
// stand for other names.
function about({ name, manager, kinds, managers }) {
  return JSON.stringify([name, manager, kinds, managers]);
}

// compare puts what is not known last in both directions.
export function compare(a, b, down) {
  const unknown = (x) => x === null || x === undefined || Number.isNaN(x);
  if (unknown(a) || unknown(b)) return unknown(a) - unknown(b);
  const order = a < b ? -1 : a > b ? 1 : 0;
  return down ? -order : order;
}
