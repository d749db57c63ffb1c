import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge, prepare } from '../static/merge.js';

const label = (id, name, more) => ({ id, name, short: name, ...more });
const document = () =>
  prepare({
    head: { keep: 3, interval_ns: 1, raised: [] },
    functions: {
      columns: ['id', 'calls', 'rate'],
      labels: [label(1, 'a', { spark: [1, 2] }), label(2, 'b', { spark: [] })],
      rows: [
        [1, 10, 2],
        [2, 5, null],
      ],
    },
    series: { t_ms: [1, 2], calls: [7, null] },
    heatmap: { bounds_ns: [0, 5], columns: [{ t_ms: 1 }] },
    settings: ['old'],
  });

test('rows change, come and go; sparks go on for all', () => {
  const doc = merge(document(), {
    head: { time: 't' },
    functions: {
      labels: [label(3, 'c', { spark: [9] })],
      rows: [
        [1, 12, 4],
        [3, 1, 9],
      ],
      gone: [2],
    },
  });
  const items = [...doc.functions.items.values()];
  assert.deepEqual(
    items.map((i) => [i.label.name, i.figures.calls, i.spark]),
    [
      ['a', 12, [1, 2, 4]],
      ['c', 1, [9]],
    ],
  );
  merge(doc, { head: {} });
  assert.deepEqual(doc.functions.items.get(1).spark, [1, 2, 4, 4]);
});

test('a label that changes keeps figures and spark', () => {
  const doc = merge(document(), { functions: { labels: [label(1, 'a', { mode: 'off' })] } });
  const item = doc.functions.items.get(1);
  assert.equal(item.label.mode, 'off');
  assert.equal(item.figures.calls, 10);
  assert.deepEqual(item.spark, [1, 2, 2]);
});

test('arrays are appended and cut, all else is replaced', () => {
  const doc = merge(document(), {
    head: { raised: ['x'] },
    series: { t_ms: [3, 4], calls: [8, 9] },
    heatmap: { columns: [{ t_ms: 2 }] },
    settings: ['new'],
  });
  assert.deepEqual(doc.series, { t_ms: [2, 3, 4], calls: [null, 8, 9] });
  assert.deepEqual(doc.heatmap, { bounds_ns: [0, 5], columns: [{ t_ms: 1 }, { t_ms: 2 }] });
  assert.deepEqual(doc.settings, ['new']);
  assert.deepEqual(doc.head.raised, ['x']);
  assert.equal(doc.head.interval_ns, 1);
});
