import { Actions } from './actions.js';
import { Chart, SeriesTable } from './charts.js';
import { h, link, set, subjectLink, text } from './dom.js';
import { NONE, duration } from './format.js';
import * as state from './state.js';
import { DataTable } from './table.js';

// What pages are put together from. A page is a function of its context (root, doc,
// raised, actions) that returns a function to call whenever the document has changed.

// A figure has a label and value(f, ns): its text for the figures f of the last ns
// nanoseconds, or since the start if ns is null. hint tells it in words, bad whether it
// is something to worry about, now that it is about the present, so that there is one, and under(f) a line below that.
export function tiles(list) {
  const all = list.map((f) => {
    const [main, since] = [
      h('dd', { class: 'main' }),
      f.now
        ? h('dd', { class: 'since' }, h('span'))
        : h('dd', { class: 'since' }, h('span'), h('span', { class: 'unseen' }, ' since the start')),
    ];
    return {
      ...f,
      main,
      since: since.firstChild,
      element: h('div', { class: 'tile' }, h('dt', { title: f.about }, f.label), main, since),
    };
  });
  const show = (doc) => {
    const ns = doc.head.recent_ns;
    for (const f of all) {
      const figures = f.now ? doc.figures : doc.recent;
      const bad = Boolean(f.bad && f.bad(figures));
      text(f.main, (bad ? '▲ ' : '') + (ns === 0 && !f.now ? NONE : f.value(figures, ns)));
      set(f.main, 'title', f.hint?.(figures));
      f.main.classList.toggle('bad', bad);
      text(f.since, f.now ? (f.under?.(figures) ?? '') : f.value(doc.figures, null));
    }
    text(
      caption,
      ns === 0
        ? 'Recent figures follow after the next look.'
        : `Large: now, or the last ${duration(ns)}. Small: since the start of the process.`,
    );
  };
  const caption = h('p', { class: 'caption' });
  return {
    element: h(
      'section',
      { class: 'figures', 'aria-label': 'Figures' },
      h(
        'dl',
        { class: 'tiles' },
        all.map((f) => f.element),
      ),
      caption,
    ),
    show,
  };
}

// charts are drawn side by side where there is room; lines are those of Chart.
export function charts(specs) {
  const all = specs.map(([title, unit, lines, top]) => new Chart(title, unit, lines, top));
  const table = new SeriesTable(all);
  const empty = h(
    'p',
    { class: 'empty', hidden: true },
    'No history yet: a point is added at each look while this page is open, and always where monitor.Start runs.',
  );
  const element = h(
    'div',
    { class: 'charts' },
    empty,
    all.map((c) => c.element),
    table.element,
  );
  const show = (doc) => {
    empty.hidden = Boolean(doc.series?.t_ms?.length);
    for (const c of all) c.element.hidden = !empty.hidden;
    table.element.hidden = !empty.hidden;
    for (const c of all) c.show(doc.series);
    table.show(doc.series);
  };
  return { element, show };
}

export function panel(title, ...children) {
  return h('section', { class: 'panel' }, h('h2', {}, title), ...children);
}

// actions are shown where the program allows them, and they reach what the page is about.
export function actions({ doc }, list) {
  return doc.head.actions && doc.subject.acts ? new Actions(list).element : null;
}

// kinds links a name's pages; the one that is open is not a link.
export function kinds({ kinds: list = [], managers = [], name }, open) {
  return h(
    'span',
    { class: 'kinds' },
    list.flatMap((kind) => {
      const word = kind === 'function' ? 'profile' : kind;
      if (kind === open) return h('span', { class: 'kind', 'aria-current': 'page' }, word);
      const of = kind === 'cache' && managers.length > 0 ? managers : [undefined];
      return of.map((m) =>
        h('a', { class: 'kind', href: subjectLink(kind, name, m) }, of.length > 1 ? `${word} of ${m || 'unnamed'}` : word),
      );
    }),
  );
}

// nameColumn links to the page of a row. kindOf is its kind, or a function of its label.
export function nameColumn(context, title, kindOf) {
  const kind = (label) => (typeof kindOf === 'string' ? kindOf : kindOf(label));
  return {
    key: 'name',
    title,
    value: (item) => item.label.short.toLowerCase(),
    build: ({ label }) => {
      const short = label.short || '(unnamed)';
      const path = shorten(label, context.doc.head.process?.module);
      const manager = label.manager ?? label.managers?.[0];
      const badge = h('span', { class: 'badge', hidden: true });
      const where = [path, label.manager && label.manager !== 'default' && `manager ${label.manager}`];
      const element = h(
        'span',
        { class: 'name', title: label.name },
        h('a', { href: subjectLink(kind(label), label.name, manager) }, short),
        badge,
        h('span', { class: 'path' }, h('bdi', { dir: 'ltr' }, where.filter(Boolean).join(' · '))),
      );
      return { element, badge };
    },
    paint: ({ badge }, { label }) => {
      const found = context.raised.filter(
        (e) =>
          e.name === label.name &&
          (label.kinds ?? [kind(label)]).includes(e.kind) &&
          (label.manager === undefined || e.manager === undefined || e.manager === label.manager),
      );
      badge.hidden = found.length === 0;
      text(badge, found.length === 1 ? '▲ ' + found[0].alert : `▲ ${found.length} alerts`);
      set(badge, 'title', found.map((e) => `${e.alert}: ${e.value}, limit ${e.limit}`).join('\n') || null);
    },
  };
}

// shorten returns the folder of a name, in the main module without the path of that.
function shorten({ name, short }, module) {
  const path = (name.endsWith(short) ? name.slice(0, name.length - short.length) : name).replace(/[/.]$/, '');
  return module && (path + '/').startsWith(module + '/') ? path.slice(module.length + 1) : path;
}

// many reports whether enough of something failed to mark it; objectives and alerts say
// what is too much for a program.
export function many(failed, all) {
  return failed > 0 && failed >= all / 100;
}

// listing is a page of tables with one search. A table has name, that of the document's
// member, heading, columns, and empty, what to say if there is nothing at all. A column's
// functions get recent: the prefix of the figures that are wanted.
export function listing(context, tables, hasRecent = true) {
  const input = h('input', {
    type: 'search',
    id: 'search',
    'aria-label': 'Search by name',
    placeholder: matchMedia('(hover: hover)').matches ? 'Search   /' : 'Search',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const counted = h('span', { class: 'muted', role: 'status' });
  const all = tables.map((t) => ({ ...t, table: new DataTable(t.name, t.heading, t.columns) }));
  input.addEventListener('input', () => state.put('q', input.value));
  context.root.append(
    h('div', { class: 'row tools' }, input, hasRecent && viewSwitch(context), counted),
    ...all.map((t) => (all.length > 1 ? h('section', {}, h('h2', {}, t.heading), t.table.element) : t.table.element)),
  );
  const show = () => {
    const query = state.get('q');
    if (input !== document.activeElement) input.value = query;
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = ({ label }) => {
      const where = [label.name, label.manager, label.mode, ...(label.kinds ?? [])].join(' ').toLowerCase();
      return words.every((w) => where.includes(w));
    };
    let [shown, total] = [0, 0];
    for (const t of all) {
      const items = [...(context.doc[t.name]?.items.values() ?? [])];
      total += items.length;
      shown += t.table.show(items, matches, t.empty);
    }
    text(counted, words.length > 0 ? `${shown} of ${total}` : `${total} in all`);
  };
  state.onChange(show);
  return show;
}

function viewSwitch(context) {
  const button = (value, words) => h('button', { type: 'button', onclick: () => state.put('view', value) }, words);
  const buttons = [
    ['', button('', 'Since start')],
    ['recent', button('recent', 'Recent')],
  ];
  const mark = () => buttons.forEach(([value, b]) => set(b, 'aria-pressed', String(state.get('view') === value)));
  state.onChange(mark);
  mark();
  return h(
    'div',
    { class: 'switch', role: 'group', 'aria-label': 'Period of the figures' },
    buttons.map(([, b]) => b),
  );
}

// of returns a figure of an item, of the period that is wanted.
export function of(item, name) {
  return item.figures[(state.get('view') === 'recent' ? 'recent_' : '') + name];
}

// detail begins a page about one thing: its name and its other pages.
export function detail(context, kind) {
  const { subject } = context.doc;
  const back = { function: 'overview', cache: 'caches', pool: 'pools', batch: 'batches', loader: 'batches' }[kind];
  const others = subject.kinds.length > 1 ? kinds(subject, kind) : null;
  const manager =
    subject.manager && subject.manager !== 'default' ? h('span', { class: 'muted' }, `manager ${subject.manager}`) : null;
  context.root.append(
    h(
      'div',
      { class: 'row subject' },
      h('a', { href: link(back) }, back === 'overview' ? '← Functions' : `← ${back[0].toUpperCase()}${back.slice(1)}`),
      h('code', {}, subject.name || '(unnamed)'),
      manager,
      others,
    ),
  );
}
