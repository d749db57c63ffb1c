import { perSecond, plain, share } from '../charts.js';
import { grid, h, rows } from '../dom.js';
import * as format from '../format.js';
import { actions, charts, detail, listing, many, nameColumn, panel, tiles } from '../parts.js';
import { countColumn, hitRateColumn, rateColumn } from './overview.js';

const MODES = { on: 'on', memory: 'memory only', off: '○ off' };

const store = (s) => {
  if (!s) return 'none: memory only';
  const states = [
    s.open ? '▲ not tried, because operations failed' : 'up',
    s.live ? 'hears of changes' : '▲ does not hear of changes',
  ];
  if (s.owed > 0) states.push(`▲ ${format.plural(s.owed, 'change')} owed`);
  return states.join(', ');
};

export function caches(context) {
  const size = ({ figures, label }) =>
    format.count(figures.size) + (label.max_entries ? ` / ${format.count(label.max_entries)}` : '');
  const managers = grid('Managers', ['Manager', '#Names of caches', 'Store', '#Store errors', '#Timeouts', '#Refused']);
  const list = listing(context, [
    {
      name: 'caches',
      heading: 'Caches',
      empty: 'There are no caches in this process: annotate a function with //bunsui:cached and run bunsuigen.',
      columns: [
        nameColumn(context, 'Cache', 'cache'),
        {
          key: 'mode',
          title: 'Mode',
          size: 'wide',
          value: ({ label }) => label.mode,
          text: ({ label }) => MODES[label.mode] ?? label.mode,
        },
        {
          key: 'size',
          title: 'Entries',
          num: true,
          size: 'wider',
          value: ({ figures }) => figures.size,
          text: size,
          hint: ({ figures, label }) =>
            `${format.plural(figures.size, 'entry', 'entries')}, ${label.max_entries ? 'at most ' + format.exact(label.max_entries) : 'no bound'}`,
        },
        {
          key: 'bytes',
          title: 'Bytes',
          num: true,
          value: ({ figures }) => figures.bytes,
          text: ({ figures }) => format.bytes(figures.bytes || null),
        },
        {
          key: 'ttl',
          title: 'TTL',
          num: true,
          value: ({ label }) => label.ttl_ns ?? Infinity,
          text: ({ label }) => (label.ttl_ns ? format.duration(label.ttl_ns) : 'forever'),
        },
        hitRateColumn(),
        rateColumn('Lookups', 'Lookups per second at the last look, and the last thirty looks'),
        countColumn('loads', 'Loads', { about: 'Calls of the function for what was not cached' }),
        countColumn('load_errors', 'Failed', { bad: true, about: 'Loads that ended with an error or a panic' }),
        countColumn('evictions', 'Evicted', { about: 'Entries that were removed for room' }),
      ],
    },
  ]);
  const box = panel('Managers', managers.element);
  context.root.append(box);
  return () => {
    list();
    const all = context.doc.managers ?? [];
    box.hidden = all.length === 0;
    rows(
      managers.body,
      all.map((m) => [
        m.name || '(unnamed)',
        format.exact(m.caches),
        store(m.store),
        ...['errors', 'timeouts', 'refused'].map((k) => format.count(m.store?.[k])),
      ]),
    );
  };
}

const number = (label, key, bad) => ({
  label,
  value: (f) => format.count(f[key]),
  hint: (f) => format.exact(f[key]),
  bad: bad && ((f) => f[key] > 0),
});

const FIGURES = [
  {
    label: 'Hit rate',
    value: (f) => format.percent(f.hits, f.hits + f.misses),
    hint: (f) => `${format.exact(f.hits)} hits of ${format.plural(f.hits + f.misses, 'lookup')}`,
  },
  {
    label: 'Lookups',
    value: (f, ns) => (ns === null ? format.count(f.hits + f.misses) : format.rate(((f.hits + f.misses) * 1e9) / ns)),
  },
  {
    label: 'Entries',
    now: true,
    value: (f) => format.count(f.size),
    under: (f) => (f.max_entries ? `of ${format.exact(f.max_entries)}` : 'no bound'),
  },
  {
    label: 'Bytes',
    now: true,
    value: (f) => format.bytes(f.bytes || null),
    under: (f) => (f.max_bytes ? `of ${format.bytes(f.max_bytes)}` : ''),
    about: 'As far as entries are weighed',
  },
  { label: 'Mode', now: true, value: (f) => MODES[f.mode] ?? f.mode },
  { label: 'TTL', now: true, value: (f) => (f.ttl_ns ? format.duration(f.ttl_ns) : 'forever') },
  number('Loads', 'loads'),
  { ...number('Failed loads', 'load_errors'), bad: (f) => many(f.load_errors, f.loads) },
  number('Evictions', 'evictions'),
  number('Expirations', 'expirations'),
  number('Invalidations', 'invalidations'),
  number('Stale', 'stale'),
  number('Refreshes', 'refreshes'),
];

const STORE_FIGURES = [
  number('Hits in the store', 'store_hits'),
  number('Misses in the store', 'store_misses'),
  number('Store errors', 'store_errors', true),
  number('Unreadable results', 'decode_errors', true),
];

export function cache(context) {
  const { doc, root } = context;
  const { name, manager = '' } = doc.subject;
  const figures = tiles(doc.store ? [...FIGURES, ...STORE_FIGURES] : FIGURES);
  const lines = charts([
    [
      'Hit rate',
      (n) => format.percent(n, n === null ? 0 : 1),
      [{ label: 'hits of lookups', values: share('hits', ['hits', 'misses']), fill: true }],
      1,
    ],
    [
      'Lookups',
      format.rate,
      [
        { label: 'hits', values: perSecond('hits') },
        { label: 'misses', values: perSecond('misses') },
      ],
    ],
    [
      'Loads',
      format.rate,
      [
        { label: 'loads', values: perSecond('loads') },
        { label: 'failed', values: perSecond('load_errors') },
      ],
    ],
    ['Entries', format.count, [{ label: 'entries', values: plain('size'), fill: true }]],
    [
      'Removed',
      format.rate,
      [
        { label: 'evicted', values: perSecond('evictions') },
        { label: 'expired', values: perSecond('expirations') },
        { label: 'invalidated', values: perSecond('invalidations') },
      ],
    ],
  ]);
  const settings = grid('Settings', ['Setting', 'Value', 'Set by']);
  const shared = h('p', {});
  detail(context, 'cache');
  root.append(figures.element, lines.element, panel('Settings', settings.element, shared));
  root.append(
    actions(context, [
      {
        label: 'Invalidate all entries',
        ask: `Remove all entries of ${name}? The next calls run the function.`,
        fields: { do: 'invalidate', manager, name },
      },
      {
        label: 'Switch off',
        ask: `Switch the cache ${name} off? Each call then runs the function.`,
        fields: { do: 'mode', manager, name, mode: 'off' },
      },
      { label: 'Memory only', fields: { do: 'mode', manager, name, mode: 'memory' } },
      { label: 'Switch on', fields: { do: 'mode', manager, name, mode: 'on' } },
      { label: 'Mode as usual', fields: { do: 'mode', manager, name, mode: 'usual' } },
    ]) ?? '',
  );
  return () => {
    figures.show(context.doc);
    lines.show(context.doc);
    rows(
      settings.body,
      (context.doc.settings ?? []).map((s) => [s.name, s.value, s.origin]),
    );
    shared.textContent = 'Shared store: ' + store(context.doc.store);
  };
}
