import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../static/format.js';

const plain = (s) => s.replaceAll('\u00a0', ' ');

test('durations have three digits and the unit that suits', () => {
  for (const [ns, words] of [
    [0, '0 s'],
    [1, '1 ns'],
    [850, '850 ns'],
    [1240, '1.24 µs'],
    [9996, '10.0 µs'],
    [99960, '100 µs'],
    [999400, '999 µs'],
    [999600, '1.00 ms'],
    [31234567, '31.2 ms'],
    [5e9, '5.00 s'],
    [59.94e9, '59.9 s'],
    [59.96e9, '1 min'],
    [200e9, '3 min 20 s'],
    [7500e9, '2 h 5 min'],
    [3600e9, '1 h'],
    [3605e9, '1 h'],
    [90061e9, '1 d 1 h'],
    [null, '–'],
    [undefined, '–'],
  ])
    assert.equal(plain(format.duration(ns)), words, `${ns} ns`);
});

test('counts are whole until they are long', () => {
  for (const [n, words] of [
    [0, '0'],
    [9999, '9,999'],
    [10000, '10.0 k'],
    [999499, '999 k'],
    [999600, '1.00 M'],
    [12345678, '12.3 M'],
  ]) {
    assert.equal(plain(format.count(n)), words);
  }
});

test('rates', () => {
  for (const [n, words] of [
    [0, '0/s'],
    [0.5, '0.50/s'],
    [7, '7/s'],
    [340.2, '340/s'],
    [3400, '3.40 k/s'],
  ]) {
    assert.equal(plain(format.rate(n)), words);
  }
});

test('bytes go by 1024', () => {
  assert.equal(plain(format.bytes(1023)), '1023 B');
  assert.equal(plain(format.bytes(1536)), '1.50 KiB');
  assert.equal(plain(format.bytes(5 * 2 ** 30)), '5.00 GiB');
});

test('percentages are 0 and 100 only where that is exact', () => {
  for (const [part, whole, words] of [
    [0, 5, '0 %'],
    [5, 5, '100 %'],
    [1, 1e6, '<0.01 %'],
    [999999, 1e6, '>99.99 %'],
    [9996, 10000, '99.96 %'],
    [1, 8, '12.5 %'],
    [31, 48213, '0.06 %'],
    [1, 0, '–'],
    [null, 5, '–'],
  ])
    assert.equal(plain(format.percent(part, whole)), words, `${part} of ${whole}`);
});

test('seconds keep all digits', () => {
  assert.equal(format.seconds(31234567), '0.031234567 s');
  assert.equal(format.seconds(2e9), '2 s');
});
