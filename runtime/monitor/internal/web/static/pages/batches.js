import { perSecond, plain } from '../charts.js';
import * as format from '../format.js';
import { charts, detail, listing, many, nameColumn, of, tiles } from '../parts.js';
import { countColumn, rateColumn } from './overview.js';

const ratio = (key, title, part, whole, about) => {
  const value = (item) => (of(item, whole) > 0 ? of(item, part) / of(item, whole) : null);
  return {
    key,
    title,
    about,
    num: true,
    size: 'wide',
    value,
    text: (item) => (value(item) === null ? format.NONE : value(item).toFixed(1)),
  };
};

export function batches(context) {
  return listing(context, [
    {
      name: 'processors',
      heading: 'Batch processors',
      empty: 'There are no batch processors in this process: annotate a function with //bunsui:batch and run bunsuigen.',
      columns: [
        nameColumn(context, 'Processor', 'batch'),
        countColumn('running', 'Running', { now: true }),
        countColumn('runs', 'Batches', { now: true, about: 'Batches that have ended, since the start' }),
        rateColumn('Items', 'Items per second at the last look, and the last thirty looks'),
        countColumn('succeeded', 'Succeeded'),
        countColumn('failed', 'Failed', { bad: true, about: 'Items that failed after all retries' }),
        countColumn('retries', 'Retries'),
        countColumn('not_started', 'Not started', { now: true, about: 'Items that were left out, since the start' }),
        countColumn('panics', 'Panics', { bad: true, now: true, about: 'Since the start' }),
      ],
    },
    {
      name: 'loaders',
      heading: 'Loaders',
      empty: 'There are no loaders in this process: annotate a function with //bunsui:loader and run bunsuigen.',
      columns: [
        nameColumn(context, 'Loader', 'loader'),
        countColumn('in_flight', 'In flight', { now: true, about: 'Batches whose function runs' }),
        countColumn('calls', 'Asked for', { about: 'Keys that the loader was asked for' }),
        rateColumn('Rate', 'Keys asked for per second at the last look, and the last thirty looks'),
        countColumn('batches', 'Batches'),
        ratio('size', 'Keys a batch', 'keys', 'batches', 'Mean number of keys in a call of the function'),
        countColumn('largest', 'Largest', { now: true, about: 'Keys in the largest batch' }),
        countColumn('deduplicated', 'Shared', { now: true, about: 'Keys that had been asked for already, since the start' }),
        countColumn('errors', 'Failed', { bad: true, about: 'Batches that failed as a whole' }),
        countColumn('key_errors', 'Key errors', { bad: true }),
      ],
    },
  ]);
}

const number = (label, key, bad, about) => ({
  label,
  about,
  value: (f) => format.count(f[key]),
  hint: (f) => format.exact(f[key]),
  bad: bad && ((f) => f[key] > 0),
});

const now = (label, key, about) => ({
  label,
  about,
  now: true,
  value: (f) => format.count(f[key]),
  hint: (f) => format.exact(f[key]),
});

const speed = (label, sum) => ({
  label,
  value: (f, ns) => (ns === null ? format.count(sum(f)) : format.rate((sum(f) * 1e9) / ns)),
});

export function batch(context) {
  const items = (f) => f.succeeded + f.failed;
  const figures = tiles([
    speed('Items', items),
    {
      label: 'Failed',
      bad: (f) => many(f.failed, items(f)),
      value: (f) => format.percent(f.failed, items(f)),
      hint: (f) => format.plural(f.failed, 'item'),
    },
    number('Succeeded', 'succeeded'),
    number('Retries', 'retries'),
    number('Not started', 'not_started'),
    number('Panics', 'panics', true),
    number('Batches', 'runs', false, 'Batches that have ended'),
    now('Running', 'running', 'Batches under way'),
    {
      label: 'Items a batch',
      value: (f) => (f.runs > 0 ? (items(f) / f.runs).toFixed(1) : format.NONE),
      about: 'Mean size of the batches that have ended',
    },
  ]);
  const lines = charts([
    [
      'Items',
      format.rate,
      [
        { label: 'succeeded', values: perSecond('succeeded') },
        { label: 'failed', values: perSecond('failed') },
      ],
    ],
    ['Retries', format.rate, [{ label: 'calls after the first', values: perSecond('retries'), fill: true }]],
    ['Running', format.count, [{ label: 'batches', values: plain('running'), fill: true }]],
  ]);
  return both(context, 'batch', figures, lines);
}

export function loader(context) {
  const figures = tiles([
    speed('Asked for', (f) => f.calls),
    { label: 'Keys a batch', value: (f) => (f.batches > 0 ? (f.keys / f.batches).toFixed(1) : format.NONE) },
    now('Largest batch', 'largest'),
    now('In flight', 'in_flight', 'Batches whose function runs'),
    now('Waiting', 'waiting', 'Keys whose batch has not left yet'),
    number('Batches', 'batches'),
    {
      label: 'Shared',
      value: (f) => format.percent(f.deduplicated, f.calls),
      about: 'Of the keys asked for, those gathered already',
    },
    number('Failed batches', 'errors', true),
    number('Panics', 'panics', true),
    number('Key errors', 'key_errors', true),
    number('Not found', 'not_found'),
    number('Left', 'left', false, 'Keys whose caller did not wait'),
  ]);
  const lines = charts([
    [
      'Keys',
      format.rate,
      [
        { label: 'asked for', values: perSecond('calls') },
        { label: 'loaded', values: perSecond('keys') },
        { label: 'shared', values: perSecond('deduplicated') },
      ],
    ],
    [
      'Keys a batch',
      (n) => (n === null ? format.NONE : n.toFixed(1)),
      [{ label: 'mean', values: (s) => s.batches.map((n, i) => (n > 0 ? s.keys[i] / n : null)), fill: true }],
    ],
    [
      'Failed',
      format.rate,
      [
        { label: 'batches', values: perSecond('errors') },
        { label: 'keys', values: perSecond('key_errors') },
      ],
    ],
    [
      'Under way',
      format.count,
      [
        { label: 'batches', values: plain('in_flight') },
        { label: 'keys that wait', values: plain('waiting') },
      ],
    ],
  ]);
  return both(context, 'loader', figures, lines);
}

function both(context, kind, figures, lines) {
  detail(context, kind);
  context.root.append(figures.element, lines.element);
  return () => {
    figures.show(context.doc);
    lines.show(context.doc);
  };
}
