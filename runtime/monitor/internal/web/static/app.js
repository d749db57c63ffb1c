import { h, link, set, text } from './dom.js';
import * as format from './format.js';
import { merge, prepare } from './merge.js';
import { alerts, subject } from './pages/alerts.js';
import { batch, batches, loader } from './pages/batches.js';
import { cache, caches } from './pages/caches.js';
import { function as functionPage } from './pages/function.js';
import { overview } from './pages/overview.js';
import { pool, pools } from './pages/pools.js';
import { Stream } from './stream.js';
import * as choices from './state.js';
import * as theme from './theme.js';

const PAGES = { alerts, batch, batches, cache, caches, function: functionPage, loader, overview, pool, pools };
const TITLES = { overview: 'Functions', caches: 'Caches', pools: 'Pools', batches: 'Batches', alerts: 'Alerts' };
// The counts of head.counts that the navigation shows.
const COUNTS = {
  overview: (c) => c.overview,
  caches: (c) => c.caches,
  pools: (c) => c.pools,
  batches: (c) => c.processors + c.loaders,
  alerts: (c) => (c.raised > 0 ? `▲ ${c.raised}` : 0),
};

const { page, query = '' } = document.body.dataset;
const app = document.getElementById('app');
const context = { root: h('div', { class: 'page' }), doc: null, raised: [] };
let update = null;

const heading = h('h1', { tabindex: -1 }, TITLES[page] ?? '');
const state = h('span', { class: 'state', role: 'status' });
const time = h('time', { class: 'muted' });
const pause = h('button', { type: 'button', onclick: () => toggle() }, 'Pause');
const themeButton = h('button', { type: 'button', class: 'plain', onclick: () => theme.next() });
const banner = h('div', { role: 'status', class: 'banner', hidden: true });
const processText = h('span', { class: 'process' });
const stream = new Stream(page, query, { document: take, update: change, state: showState });

function start() {
  theme.start();
  choices.start();
  theme.onTheme(() => {
    nameTheme();
    update?.();
  });
  nameTheme();
  frame();
  app.replaceChildren(
    banner,
    h(
      'div',
      { class: 'row top' },
      heading,
      h('a', { class: 'json', href: `${page}.json${query && '?' + query}` }, 'JSON'),
      page === 'overview'
        ? [
            ['profile.txt', 'Text'],
            ['profile.folded', 'Folded stacks'],
          ].map(([href, words]) => h('a', { class: 'json', href, download: '' }, words))
        : null,
      h('span', { class: 'row live' }, state, time),
      pause,
    ),
    context.root,
  );
  addEventListener('keydown', shortcut);
  stream.start();
}

// frame adds to the header what only a script makes use of.
function frame() {
  document.body.prepend(
    h(
      'a',
      {
        class: 'skip',
        href: '#app',
        onclick: (e) => {
          e.preventDefault();
          app.focus(); // and leave the hash alone, which says what the reader has chosen
        },
      },
      'Skip to the content',
    ),
  );
  set(app, 'tabindex', -1);
  const header = document.querySelector('header');
  header.prepend(h('span', { class: 'brand' }, 'bunsui'));
  header.append(processText, themeButton);
}

function nameTheme() {
  text(themeButton, `Theme: ${theme.current()}`);
}

function toggle() {
  stream.pause(!stream.paused);
  text(pause, stream.paused ? 'Resume' : 'Pause');
}

function shortcut(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) return;
  const search = document.getElementById('search');
  if (event.key === '/' && search) search.focus();
  else if (event.key === 'p') toggle();
  else return;
  event.preventDefault();
}

function showState(name, words) {
  state.dataset.state = name;
  text(state, words);
  if (name === 'ended' && !context.doc)
    context.root.replaceChildren(h('p', { class: 'empty' }, `Nothing to show: ${words.replace('ended: ', '')}.`));
}

function take(document) {
  context.doc = prepare(document);
  show();
}

function change(more) {
  if (!context.doc) return;
  context.doc = merge(context.doc, more);
  show();
}

function show() {
  const { head } = context.doc;
  context.raised = head.raised ?? [];
  if (!update) {
    text(heading, title());
    update = PAGES[page](context);
  }
  update();
  text(time, 'updated ' + format.clock(head.time));
  set(time, 'datetime', head.time);
  showAlerts();
  showCounts(head);
}

function title() {
  return TITLES[page] ?? (context.doc?.subject?.short || '(unnamed)');
}

function showAlerts() {
  const {
    raised,
    doc: { head },
  } = context;
  const key = raised.map((e) => e.alert + e.kind + e.name + e.value).join('\n');
  document.title = `${raised.length > 0 ? `▲ ${format.plural(raised.length, 'alert')} · ` : ''}${title()} · ${head.process?.command ?? 'bunsui'}`;
  banner.hidden = raised.length === 0 || page === 'alerts';
  if (banner.shown === key) return;
  banner.shown = key;
  const line = (e) =>
    h('li', {}, h('b', {}, '▲ ' + e.alert), ' ', subject(e), ` ${e.value}, limit ${e.limit}, since ${format.date(e.began)}`);
  const more = raised.length > 3 ? h('li', {}, h('a', { href: link('alerts') }, `and ${raised.length - 3} more`)) : null;
  banner.replaceChildren(h('ul', {}, raised.slice(0, 3).map(line), more));
}

function showCounts({ counts, process }) {
  for (const [name, count] of Object.entries(COUNTS)) {
    const a = document.querySelector(`nav a[href="${link(name)}"]`);
    if (!a) continue;
    if (!a.badge) a.append((a.badge = h('span', { class: 'count' })));
    text(a.badge, String(count(counts) || ''));
  }
  if (process) {
    text(processText, `${process.command} · pid ${process.pid} · up since ${format.date(process.started)}`);
    set(
      processText,
      'title',
      [process.module, process.release, process.revision + (process.modified ? ' (modified)' : ''), process.go]
        .filter(Boolean)
        .join('\n'),
    );
  }
}

start();
