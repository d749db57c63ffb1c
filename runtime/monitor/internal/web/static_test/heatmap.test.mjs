import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cells, describe, level, summary } from '../static/heatmap.js';

const heatmap = {
  bounds_ns: [0, 1000, 2000, 4000],
  columns: [
    {
      t_ms: 5000,
      len_ms: 2000,
      counts: [
        [1, 3],
        [3, 1],
      ],
    },
    { t_ms: 7000, len_ms: 2000, counts: [] },
  ],
};

test('cells are cut to the rows with calls', () => {
  const grid = cells(heatmap);
  assert.equal(grid.first, 1);
  assert.equal(grid.rows, 3);
  assert.equal(grid.max, 3);
  assert.deepEqual(
    grid.columns.map((c) => c.total),
    [4, 0],
  );
  assert.deepEqual(
    [...grid.columns[0].counts],
    [
      [0, 3],
      [2, 1],
    ],
  );
});

test('nothing is an empty grid', () => {
  assert.equal(cells({ bounds_ns: [0], columns: [{ t_ms: 1, len_ms: 1, counts: [] }] }).rows, 0);
});

test('levels rise with the count, from the first call to the most', () => {
  const levels = [0, 1, 2, 10, 100, 1000].map((n) => level(n, 1000));
  assert.equal(levels[0], 0);
  assert.equal(levels[1], 1);
  assert.equal(levels.at(-1), 6);
  assert.deepEqual(
    levels,
    levels.toSorted((a, b) => a - b),
  );
  assert.equal(level(1, 1), 6);
});

test('a cell is read out', () => {
  const grid = cells(heatmap);
  assert.match(
    describe(heatmap, grid, 0, 0),
    /2\.00\u00a0s: 3 calls took 1\.00\u00a0µs to 2\.00\u00a0µs \(75\.0\u00a0% of this column\)$/,
  );
  assert.match(describe(heatmap, grid, 0, 2), /1 call took 4\.00\u00a0µs or longer/);
  assert.match(describe(heatmap, grid, 1, 0), /0 calls took/);
});

test('the table has a row for each column, the latest first', () => {
  const rows = summary(heatmap, cells(heatmap)).map((r) => r.slice(1).map((w) => w.replaceAll('\u00a0', ' ')));
  assert.deepEqual(rows, [
    ['0', '–', '–', '–'],
    ['4', '1.00 µs', '1.00 µs', '4.00 µs'],
  ]);
});
