import assert from 'node:assert/strict';
import { test } from 'node:test';

// As much of a browser as a table asks for.
class Element {
  children = [];
  attributes = new Map();
  hidden = false;
  classList = { toggle() {} };

  constructor(tag) {
    this.tagName = tag;
  }
  append(...children) {
    for (const c of children) this.insertBefore(c, null);
  }
  appendChild(child) {
    this.append(child);
    return child;
  }
  insertBefore(child, before) {
    if (child instanceof Element) child.remove();
    const i = before === null ? this.children.length : this.children.indexOf(before);
    this.children.splice(i, 0, child);
    if (child instanceof Element) child.parent = this;
  }
  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((c) => c !== this);
    this.parent = null;
  }
  get firstChild() {
    return this.children[0] ?? null;
  }
  get lastChild() {
    return this.children.at(-1) ?? null;
  }
  get nextSibling() {
    return this.parent.children[this.parent.children.indexOf(this) + 1] ?? null;
  }
  get rows() {
    return this.children;
  }
  get textContent() {
    return this.children.map((c) => (c instanceof Element ? c.textContent : String(c))).join('');
  }
  set textContent(value) {
    this.children = [value];
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }
  removeAttribute(name) {
    this.attributes.delete(name);
  }
  addEventListener() {}
  contains() {
    return false;
  }
}

globalThis.Node = { TEXT_NODE: 3 };
globalThis.document = { createElement: (tag) => new Element(tag), activeElement: null };
globalThis.location = { hash: '' };
globalThis.IntersectionObserver = class {
  observe() {}
  unobserve() {}
};
const { DataTable } = await import('../static/table.js');

const columns = [
  {
    key: 'name',
    title: 'Name',
    value: (item) => item.label.name,
    build: ({ label }) => {
      const a = document.createElement('a');
      a.append(`${label.name} ${label.kinds}`);
      return { element: a };
    },
    paint: () => {},
  },
  { key: 'calls', title: 'Calls', num: true, value: (i) => i.figures.calls, text: (i) => String(i.figures.calls) },
];

const item = (id, name, calls, kinds = ['function']) => ({ label: { id, name, short: name, kinds }, figures: { calls } });
const table = () => {
  const t = new DataTable('functions', 'Functions', columns);
  const show = (items) => {
    t.show(items, () => true, 'nothing');
    for (const tr of t.body.rows) tr.row.near = true;
    t.show(items, () => true, 'nothing');
    return t.body.rows.map((tr) => tr.children.map((c) => c.textContent).join(' '));
  };
  return show;
};

test('a row is about the same name after ids have changed', () => {
  const show = table();
  assert.deepEqual(show([item(0, 'a', 1), item(1, 'c', 3)]), ['a function 1', 'c function 3']);
  assert.deepEqual(show([item(0, 'a', 1), item(1, 'b', 2), item(2, 'c', 3)]), ['a function 1', 'b function 2', 'c function 3']);
  assert.deepEqual(show([item(0, 'c', 4)]), ['c function 4']);
});

test('a row says what there is of a name now', () => {
  const show = table();
  show([item(0, 'a', 1)]);
  assert.deepEqual(show([item(0, 'a', 1, ['function', 'cache'])]), ['a function,cache 1']);
});
