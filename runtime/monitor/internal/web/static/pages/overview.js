import { drawSpark, spark } from '../charts.js';
import { h, text } from '../dom.js';
import * as format from '../format.js';
import { kinds, listing, many, nameColumn, of } from '../parts.js';

// rateColumn has the rate now and the line of the last ones.
export function rateColumn(title, about) {
  return {
    key: 'rate',
    title,
    about,
    num: true,
    size: 'wider',
    value: (item) => item.figures.rate,
    build: () => {
      const [line, number] = [spark(), h('span', { class: 'number' })];
      return { ...line, number, element: h('span', { class: 'rate' }, line.element, number) };
    },
    paint: (parts, item) => {
      drawSpark(parts, item.spark);
      text(parts.number, format.rate(item.figures.rate));
    },
  };
}

// countColumn has a number of events in the period; those that are bad have a mark.
export function countColumn(key, title, { bad = false, about, now = false } = {}) {
  const value = (item) => (now ? item.figures[key] : of(item, key));
  return {
    key,
    title,
    about,
    num: true,
    value,
    bad: (item) => bad && value(item) > 0,
    text: (item) => (bad && value(item) > 0 ? '▲ ' : '') + format.count(value(item)),
    hint: (item) => format.exact(value(item)),
  };
}

export function timeColumn(key, title, about) {
  const value = (item) => of(item, key);
  return {
    key,
    title,
    about,
    num: true,
    value,
    text: (item) => format.duration(value(item) || null),
    hint: (item) => (value(item) ? format.seconds(value(item)) : null),
  };
}

export function hitRateColumn() {
  const lookups = (item) => of(item, 'hits') + of(item, 'misses');
  return {
    key: 'hit_rate',
    title: 'Hit rate',
    num: true,
    value: (item) => (lookups(item) > 0 ? of(item, 'hits') / lookups(item) : null),
    text: (item) => format.percent(of(item, 'hits'), lookups(item)),
    hint: (item) =>
      lookups(item) > 0 ? `${format.exact(of(item, 'hits'))} hits of ${format.plural(lookups(item), 'lookup')}` : null,
  };
}

export function overview(context) {
  const failed = (item) => of(item, 'errors') + (of(item, 'panics') ?? 0);
  const first = (label) => label.kinds?.[0] ?? 'function';
  return listing(context, [
    {
      name: 'functions',
      heading: 'Functions',
      empty:
        'Nothing is decorated in this process: annotate a function with //bunsui:profile, //bunsui:cached or //bunsui:batch and run bunsuigen.',
      columns: [
        nameColumn(context, 'Function', first),
        {
          key: 'kinds',
          title: 'Kinds',
          size: 'wider',
          value: ({ label }) => label.kinds?.join(' '),
          build: ({ label }) => ({ element: kinds(label) }),
          paint: () => {},
        },
        countColumn('calls', 'Calls'),
        rateColumn('Rate', 'Calls per second at the last look, and the last thirty looks'),
        {
          key: 'errors',
          title: 'Errors',
          num: true,
          size: 'wide',
          value: (item) => (of(item, 'calls') > 0 ? failed(item) / of(item, 'calls') : null),
          bad: (item) => many(failed(item), of(item, 'calls')),
          text: (item) => (many(failed(item), of(item, 'calls')) ? '▲ ' : '') + format.percent(failed(item), of(item, 'calls')),
          hint: (item) =>
            `${format.plural(of(item, 'errors') ?? 0, 'error')} and ${format.plural(of(item, 'panics') ?? 0, 'panic')} of ${format.plural(of(item, 'calls') ?? 0, 'call')}`,
        },
        timeColumn('p50_ns', 'p50', 'Half of the calls took at most that long'),
        timeColumn('p99_ns', 'p99', '99 of 100 calls took at most that long'),
        timeColumn('max_ns', 'Max'),
        hitRateColumn(),
        countColumn('in_flight', 'In flight', { now: true, about: 'Calls under way' }),
      ],
    },
  ]);
}
