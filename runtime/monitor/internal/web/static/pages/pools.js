import { perSecond, plain } from '../charts.js';
import { grid, h, rows, text } from '../dom.js';
import * as format from '../format.js';
import { actions, charts, detail, listing, nameColumn, of, panel, tiles } from '../parts.js';
import { countColumn, rateColumn } from './overview.js';

export function pools(context) {
  const waited = (item) => (of(item, 'waits') > 0 ? of(item, 'wait_ns') / of(item, 'waits') : null);
  return listing(context, [
    {
      name: 'pools',
      heading: 'Pools',
      empty: 'There are no pools in this process, or they are closed: annotate a factory with //bunsui:pool, or use pool.New.',
      columns: [
        nameColumn(context, 'Pool', 'pool'),
        {
          key: 'state',
          title: 'State',
          size: 'wide',
          value: ({ label }) => (label.suspended ? 1 : 0),
          text: ({ label }) => (label.suspended ? '▲ suspended' : 'open'),
          bad: ({ label }) => label.suspended,
        },
        {
          key: 'in_use',
          title: 'In use',
          num: true,
          value: ({ figures }) => figures.in_use,
          text: ({ figures }) => `${format.count(figures.in_use)} / ${format.count(figures.max)}`,
          hint: ({ figures }) =>
            `${format.exact(figures.in_use)} in use, ${format.exact(figures.idle)} idle, at least ${figures.min}, at most ${figures.max}`,
        },
        countColumn('idle', 'Idle', { now: true }),
        countColumn('waiting', 'Waiting', { now: true, about: 'Acquires that wait at present' }),
        rateColumn('Acquires', 'Acquires per second at the last look, and the last thirty looks'),
        {
          key: 'waits',
          title: 'Had to wait',
          num: true,
          size: 'wide',
          value: (item) => (of(item, 'acquired') > 0 ? of(item, 'waits') / of(item, 'acquired') : null),
          text: (item) => format.percent(Math.min(of(item, 'waits'), of(item, 'acquired')), of(item, 'acquired')),
          hint: (item) => `${format.exact(of(item, 'waits'))} waits, ${format.exact(of(item, 'acquired'))} acquires`,
        },
        {
          key: 'wait',
          title: 'Mean wait',
          num: true,
          value: waited,
          text: (item) => format.duration(waited(item)),
          hint: (item) => format.seconds(waited(item)),
        },
        countColumn('timeouts', 'Timeouts', { bad: true }),
        countColumn('errors', 'Failed', { bad: true, about: 'Creations that failed' }),
        countColumn('leaks', 'Leaks', { bad: true, now: true, about: 'Leases that were held for too long, since the start' }),
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

const FIGURES = [
  {
    label: 'In use',
    now: true,
    value: (f) => format.count(f.in_use),
    under: (f) => `of ${format.exact(f.max)}`,
    bad: (f) => f.in_use >= f.max && f.waiting > 0,
  },
  { label: 'Idle', now: true, value: (f) => format.count(f.idle), under: (f) => `at least ${format.exact(f.min)}` },
  { label: 'Waiting', now: true, value: (f) => format.count(f.waiting) },
  { label: 'Acquires', value: (f, ns) => (ns === null ? format.count(f.acquired) : format.rate((f.acquired * 1e9) / ns)) },
  {
    label: 'Had to wait',
    value: (f) => format.percent(Math.min(f.waits, f.acquired), f.acquired),
    hint: (f) => format.plural(f.waits, 'wait'),
  },
  { label: 'Mean wait', value: (f) => format.duration(f.waits > 0 ? f.wait_ns / f.waits : null) },
  number('Created', 'created'),
  number('Reused', 'reused'),
  number('Closed', 'closed'),
  number('Failed creations', 'errors', true),
  number('Timeouts', 'timeouts', true, 'Acquires whose time was over'),
  number('Cancelled', 'canceled'),
  number('Leaks', 'leaks', true, 'Leases that were held for too long'),
  number('Misuses', 'misuses', true, 'Calls of leases that had ended'),
];

export function pool(context) {
  const { doc, root } = context;
  const { name } = doc.subject;
  const figures = tiles(FIGURES);
  const state = h('p', { class: 'note', role: 'status' });
  const lines = charts([
    [
      'Resources',
      format.count,
      [
        { label: 'in use', values: plain('in_use'), fill: true },
        { label: 'idle', values: plain('idle') },
      ],
    ],
    [
      'Acquires',
      format.rate,
      [
        { label: 'acquires', values: perSecond('acquired') },
        { label: 'that waited', values: perSecond('waits') },
      ],
    ],
    ['Waiting', format.count, [{ label: 'acquires', values: plain('waiting'), fill: true }]],
    [
      'Mean wait',
      format.duration,
      [{ label: 'of those that waited', values: (s) => s.waits.map((n, i) => (n > 0 ? s.wait_ns[i] / n : null)) }],
    ],
    [
      'Creations',
      format.rate,
      [
        { label: 'created', values: perSecond('created') },
        { label: 'closed', values: perSecond('closed') },
        { label: 'failed', values: perSecond('errors') },
      ],
    ],
  ]);
  const waits = grid('Waits', ['Waited at most', '#Since start', '#Share', '#Recently', 'Distribution']);
  const closed = grid('Closed', ['Reason', '#Since start', '#Recently']);
  const reasons = panel('Why resources were closed', closed.element);
  const leases = leaseList();
  detail(context, 'pool');
  root.append(state, figures.element, lines.element, panel('Waits', waits.element), leases.element, reasons);
  root.append(
    actions(context, [
      {
        label: 'Suspend',
        ask: `Suspend the pool ${name || '(unnamed)'}? Acquires then fail or wait until it is resumed.`,
        fields: { do: 'suspend', name },
      },
      { label: 'Resume', fields: { do: 'resume', name } },
    ]) ?? '',
  );
  return () => {
    const { figures: f, recent } = context.doc;
    text(
      state,
      [f.suspended && '▲ Suspended: nothing is lent.', f.create_error && `▲ The last creation failed: ${f.create_error}`]
        .filter(Boolean)
        .join(' '),
    );
    state.hidden = state.textContent === '';
    figures.show(context.doc);
    lines.show(context.doc);
    const total = f.wait_times.reduce((sum, w) => sum + w.waits, 0);
    rows(
      waits.body,
      f.wait_times.map((w, i) => [
        w.le_ns === null ? 'longer' : format.duration(w.le_ns),
        format.exact(w.waits),
        format.percent(w.waits, total),
        format.exact(recent?.wait_times?.[i]?.waits),
        bar(w.waits / Math.max(total, 1)),
      ]),
    );
    reasons.hidden = Object.keys(f.closed_by).length === 0;
    rows(
      closed.body,
      Object.entries(f.closed_by).map(([reason, n]) => [reason, format.exact(n), format.exact(recent?.closed_by?.[reason] ?? 0)]),
    );
    leases.show(context.doc.leases ?? [], new Date(context.doc.head.time));
  };
}

function leaseList() {
  const table = grid('Leases', ['Since', '#For', 'State', 'Acquired by']);
  const note = h('p', { class: 'caption' });
  const show = (list, now) => {
    text(
      note,
      list.length > 0
        ? 'The longest first.'
        : 'Nothing is lent, or it is not known by whom: that takes leak= of //bunsui:pool (pool.Options.Leak).',
    );
    table.element.hidden = list.length === 0;
    rows(
      table.body,
      list.map((l) => [
        format.date(l.since),
        format.duration(Math.max(0, now - new Date(l.since)) * 1e6),
        l.leaked ? '▲ leaked' : 'lent',
        stack(l.stack),
      ]),
    );
  };
  return { element: panel('Leases', note, table.element), show };
}

function bar(share) {
  const filled = h('span');
  filled.style.width = `${share * 100}%`;
  return h('span', { class: 'bar', 'aria-hidden': 'true' }, filled);
}

function stack(lines) {
  return h('details', { class: 'stack' }, h('summary', {}, lines.split('\n')[0] || 'unknown'), h('pre', {}, lines));
}
