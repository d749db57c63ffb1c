// How updates are taken over into the document of a page: see page_document.go.

const TABLES = ['functions', 'caches', 'pools', 'processors', 'loaders'];
const SPARK = 30;

// A Table has an item for each row, by id: label, the row's figures by the names of
// their columns, and spark, the last rates.
export class Table {
  constructor(document) {
    this.columns = document.columns;
    this.items = new Map();
    this.take(document);
  }

  take(update) {
    for (const id of update.gone ?? []) this.items.delete(id);
    const fresh = new Set();
    for (const label of update.labels ?? []) {
      const item = this.items.get(label.id);
      if (label.spark || !item) fresh.add(label.id);
      this.items.set(label.id, { figures: {}, ...item, label, spark: label.spark ?? item?.spark ?? [] });
    }
    for (const row of update.rows ?? []) {
      const item = this.items.get(row[0]);
      if (item) item.figures = Object.fromEntries(this.columns.map((name, i) => [name, row[i]]));
    }
    return fresh;
  }

  // tick appends to the sparks what an update stands for, also where it says nothing.
  tick(update) {
    const fresh = this.take(update);
    for (const [id, item] of this.items) {
      if (!fresh.has(id)) item.spark = [...item.spark.slice(1 - SPARK), item.figures.rate ?? null];
    }
  }
}

// prepare makes of a document what merge and the pages work on.
export function prepare(document) {
  const doc = { ...document };
  for (const name of TABLES) {
    if (doc[name]) doc[name] = new Table(doc[name]);
  }
  return doc;
}

// merge takes over an update into what prepare has returned.
export function merge(doc, update) {
  const keep = update.head?.keep ?? doc.head.keep;
  for (const [name, value] of Object.entries(update)) {
    if (name === 'head') doc.head = { ...doc.head, ...value };
    else if (name === 'series') doc.series = append(doc.series ?? {}, value, keep);
    else if (name === 'heatmap') appendColumns(doc, value, keep);
    else if (!(doc[name] instanceof Table)) doc[name] = TABLES.includes(name) ? new Table(value) : value;
  }
  for (const name of TABLES) {
    if (doc[name] instanceof Table) doc[name].tick(update[name] ?? {});
  }
  return doc;
}

function append(series, more, keep) {
  const all = { ...series };
  for (const [name, values] of Object.entries(more ?? {})) all[name] = (all[name] ?? []).concat(values).slice(-keep);
  return all;
}

function appendColumns(doc, more, keep) {
  const columns = (doc.heatmap?.columns ?? []).concat(more.columns ?? []).slice(-keep);
  doc.heatmap = { ...doc.heatmap, ...more, columns };
}
