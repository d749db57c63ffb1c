import { perSecond, plain } from '../charts.js';
import { grid, h, rows, text } from '../dom.js';
import { Flame } from '../flame.js';
import * as format from '../format.js';
import { Heatmap } from '../heatmap.js';
import { actions, charts, detail, many, panel, tiles } from '../parts.js';

const quantile = (label, key) => ({
  label,
  value: (f) => format.duration(f.timed > 0 ? f[key] : null),
  hint: (f) => format.seconds(f[key]),
});

const failures = (label, key) => ({
  label,
  bad: (f) => many(f[key], f.calls),
  hint: (f) => `${format.exact(f[key])} of ${format.plural(f.calls, 'call')}`,
  value: (f, ns) =>
    ns === null ? `${format.count(f[key])} (${format.percent(f[key], f.calls)})` : format.percent(f[key], f.calls),
});

const FIGURES = [
  {
    label: 'Calls',
    value: (f, ns) => (ns === null ? format.count(f.calls) : format.rate((f.calls * 1e9) / ns)),
    hint: (f) => format.plural(f.calls, 'call'),
  },
  failures('Errors', 'errors'),
  failures('Panics', 'panics'),
  { label: 'In flight', now: true, value: (f) => format.count(f.in_flight) },
  quantile('p50', 'p50_ns'),
  quantile('p90', 'p90_ns'),
  quantile('p95', 'p95_ns'),
  quantile('p99', 'p99_ns'),
  quantile('p99.9', 'p999_ns'),
  quantile('Max', 'max_ns'),
  quantile('Mean', 'mean_ns'),
];

// The name is that of the page; "function" is a word of the language.
export { functionPage as function };

function functionPage(context) {
  const { doc, root } = context;
  const [heatmap, flame] = [new Heatmap(), new Flame()];
  const figures = tiles(FIGURES);
  const notes = h('p', { class: 'note' });
  const objectives = grid('Objectives', ['Objective', 'Limit', 'Recently', 'State']);
  const objectivesPanel = panel('Objectives', objectives.element);
  const lines = charts([
    ['Calls', format.rate, [{ label: 'calls', values: perSecond('calls'), fill: true }]],
    [
      'Latency',
      format.duration,
      [
        { label: 'p50', values: plain('p50_ns') },
        { label: 'p90', values: plain('p90_ns') },
        { label: 'p99', values: plain('p99_ns') },
      ],
    ],
    [
      'Errors and panics',
      format.rate,
      [
        { label: 'errors', values: perSecond('errors') },
        { label: 'panics', values: perSecond('panics') },
      ],
    ],
    ['In flight', format.count, [{ label: 'calls under way', values: plain('in_flight'), fill: true }]],
  ]);
  const [spread, slow] = [distribution(), slowCalls(doc)];
  const name = doc.subject.name;
  detail(context, 'function');
  root.append(
    notes,
    figures.element,
    objectivesPanel,
    panel('Latency over time', heatmap.element),
    lines.element,
    panel('Call tree', flame.element),
    slow.element,
    spread.element,
  );
  root.append(
    actions(
      context,
      [
        ['on', 'Record calls'],
        ['off', 'Do not record calls'],
        ['usual', 'Record as usual'],
      ].map(([mode, label]) => ({ label, fields: { do: 'recording', name, mode } })),
    ) ?? '',
  );
  let places = null;
  return () => {
    text(notes, [recording(context.doc), sampling(context.doc.figures)].filter(Boolean).join(' '));
    notes.hidden = notes.textContent === '';
    figures.show(context.doc);
    objectivesPanel.hidden = !context.doc.objectives?.length;
    rows(
      objectives.body,
      (context.doc.objectives ?? []).map((o) => [o.what, o.limit, o.value || format.NONE, o.met ? '✓ met' : '▲ missed']),
    );
    if (context.doc.heatmap) heatmap.show(context.doc.heatmap);
    lines.show(context.doc);
    if (places !== context.doc.places) flame.show(context.doc.places ?? []);
    places = context.doc.places;
    slow.show(context.doc);
    spread.show(context.doc);
  };
}

function recording({ recording, recorded }) {
  if (recording === 'usual') return recorded ? '' : 'Recording is off in this process: figures stand still.';
  return recorded
    ? 'Recording was switched on for this function.'
    : 'Recording was switched off for this function: figures stand still.';
}

function sampling({ sample }) {
  return sample < 1 ? `${format.percent(sample, 1)} of the calls are timed: durations are of these, counts are of all.` : '';
}

function slowCalls(doc) {
  const shown = doc.head.arguments;
  const table = grid('Slow calls', ['Began', '#Took', 'Outcome', ...(shown ? ['Arguments'] : [])]);
  const caption = h('p', { class: 'caption' });
  const element = panel('Slow calls', caption, table.element);
  const outcome = (c) => (c.panicked ? '▲ panicked' : c.error ? '▲ ' + c.error : 'returned');
  const argument = (a) => `${a.name} = ${a.redacted ? '(redacted)' : a.value}`;
  const show = ({ slow }) => {
    if (!slow) return;
    const threshold =
      slow.threshold_ns > 0
        ? `${format.duration(slow.threshold_ns)} or longer`
        : 'none are kept at present: slow= of //bunsui:profile says from when on';
    text(
      caption,
      `${threshold}. ${format.plural(slow.count, 'call')} so far${slow.count > slow.last.length ? `, the last ${slow.last.length} are here` : ''}.`,
    );
    table.element.hidden = slow.last.length === 0;
    rows(
      table.body,
      slow.last.map((c) => [
        format.date(c.start),
        format.duration(c.duration_ns),
        outcome(c),
        ...(shown ? [(c.args ?? []).map(argument).join(', ') || format.NONE] : []),
      ]),
    );
  };
  return { element, show };
}

function distribution() {
  const table = grid('Distribution since the start', ['From', 'To', '#Calls', '#Share', '#At most that long']);
  let latest = [];
  const details = h(
    'details',
    { ontoggle: () => show({ distribution: latest }) },
    h('summary', {}, 'Distribution of durations since the start, as a table'),
    table.element,
  );
  const show = ({ distribution: list = [] }) => {
    latest = list;
    if (!details.open) return;
    const total = list.reduce((sum, i) => sum + i.calls, 0);
    let below = 0;
    rows(
      table.body,
      list.map((i) => {
        below += i.calls;
        return [
          format.duration(i.ge_ns),
          format.duration(i.le_ns),
          format.exact(i.calls),
          format.percent(i.calls, total),
          format.percent(below, total),
        ];
      }),
    );
  };
  return { element: h('section', { class: 'panel' }, details), show };
}
