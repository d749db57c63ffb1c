import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, layout, trees } from '../static/flame.js';

const node = (name, total, ...children) => ({
  name,
  short: name,
  calls: 1,
  total_ns: total,
  self_ns: 0,
  overlap_ns: 0,
  children,
});
const caller = (name) => ({ name, short: name, calls: 9, total_ns: 1000 });
const places = [
  { callers: [caller('web'), caller('page')], node: node('f', 300, node('a', 200), node('b', 50)) },
  { callers: [caller('web')], node: node('f', 100, node('c', 150), node('d', 150)) },
];

test('callers that places share stand once', () => {
  const [web, ...others] = trees(places);
  assert.equal(others.length, 0);
  assert.deepEqual(
    web.children.map((c) => c.name),
    ['page', 'f'],
  );
});

test('boxes are within their callers, side by side, as wide as their totals', () => {
  const boxes = layout(trees(places));
  for (const box of boxes) {
    if (!box.parent) continue;
    assert.ok(box.x0 >= box.parent.x0 - 1e-9 && box.x1 <= box.parent.x1 + 1e-9, box.path.join());
  }
  const at = (...path) => boxes.find((b) => b.path.join() === path.join());
  assert.deepEqual([at('web').x0, at('web').x1], [0, 1]);
  assert.equal(at('web', 'page', 'f').x1, 0.75);
  assert.equal(at('web', 'page', 'f', 'a').x1, 0.5);
  // Children that took longer than f, because they ran at the same time, share its width.
  assert.equal(at('web', 'f', 'c').x1 - at('web', 'f', 'c').x0, 0.125);
});

test('what is zoomed to has the whole width, and so has what leads there', () => {
  const boxes = layout(trees(places), ['web', 'page', 'f']);
  assert.deepEqual(
    boxes.map((b) => [b.node.name, b.depth, b.x0]),
    [
      ['web', 0, 0],
      ['page', 1, 0],
      ['f', 2, 0],
      ['a', 3, 0],
      ['b', 3, 2 / 3],
    ],
  );
  assert.equal(boxes[2].x1, 1);
});

test('a zoom to what is gone ends at what is left of it', () => {
  const boxes = layout(trees(places), ['web', 'page', 'gone']);
  assert.deepEqual(
    boxes.map((b) => b.node.name),
    ['web', 'page', 'f', 'a', 'b'],
  );
});

test('a box is read out', () => {
  const a = layout(trees(places)).find((b) => b.node.name === 'a');
  assert.equal(describe(a).replaceAll('\u00a0', ' '), 'a: 1 call, total 200 ns, 66.7 % of its caller, self 0 s');
});
