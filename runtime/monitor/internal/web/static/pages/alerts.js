import { grid, h, rows, subjectLink, text } from '../dom.js';
import * as format from '../format.js';
import { panel } from '../parts.js';

export function subject(event) {
  const of = event.manager && event.manager !== 'default' ? ` of ${event.manager}` : '';
  const href = subjectLink(event.kind, event.name, event.manager);
  const words = `${event.kind} ${event.short || event.name || '(unnamed)'}${of}`;
  return href ? h('a', { href, title: event.name }, words) : words;
}

export function alerts(context) {
  const raised = grid('Raised now', ['Alert', 'About', 'Found', 'Limit', 'Since']);
  const watched = grid('Watched', ['Alert', 'State', '#Must last', '#Window', '#Least samples']);
  const events = grid('Events', ['Time', 'What', 'Alert', 'About', 'Found', 'Limit']);
  const notes = [0, 1, 2].map(() => h('p', { class: 'empty' }));
  const tables = [raised, watched, events];
  context.root.append(...['Raised now', 'Watched', 'Last events'].map((title, i) => panel(title, notes[i], tables[i].element)));
  const show = (i, list, empty) => {
    text(notes[i], empty);
    notes[i].hidden = list.length > 0;
    tables[i].element.hidden = list.length === 0;
    rows(tables[i].body, list);
  };
  const what = (e) => (e.raised ? '▲ raised' : e.gone ? '✓ over, it is gone' : '✓ over');
  return () => {
    const { doc } = context;
    const none = doc.head.watching
      ? 'There are none.'
      : 'Alerts are judged where monitor.Start runs, with monitor.Watch(…): it does not run here.';
    show(
      0,
      doc.head.raised.map((e) => ['▲ ' + e.alert, subject(e), e.value, e.limit, format.date(e.began)]),
      doc.head.watching ? 'Nothing is raised.' : none,
    );
    show(
      1,
      (doc.alerts ?? []).map((a) => [
        a.name,
        a.raised > 0 ? `▲ raised for ${format.exact(a.raised)}` : '✓ not raised',
        a.for_ns > 0 ? format.duration(a.for_ns) : 'one look',
        format.duration(a.window_ns),
        format.exact(a.min_samples),
      ]),
      none,
    );
    show(
      2,
      (doc.events ?? []).map((e) => [format.date(e.time), what(e), e.alert, subject(e), e.value, e.limit]),
      doc.head.watching ? 'Nothing was raised so far.' : none,
    );
  };
}
