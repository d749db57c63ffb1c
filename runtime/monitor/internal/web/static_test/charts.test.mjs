import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lonely, perSecond, points } from '../static/charts.js';

test('values without neighbours are seen as points', () => {
  assert.deepEqual(lonely([]), []);
  assert.deepEqual(lonely([7]), [0]);
  assert.deepEqual(lonely([1, 2]), []);
  assert.deepEqual(lonely([null, 5, null, 0, null, 1, 2, null, 9]), [1, 3, 8]);
});

test('rates are of the whole span, and unknown where that is', () => {
  assert.deepEqual(perSecond('calls')({ calls: [4, null, 0], len_ms: [2000, 2000, 500] }), [2, null, 0]);
});

test('a spark leaves out what is not known', () => {
  assert.equal(points([null, null], 58, 16), '');
  assert.equal(points([null, 1, 2], 58, 16), '56.0,8.0 58.0,1.0');
});
