// h makes an element. Properties that begin with on are listeners; the others are
// attributes, left out if they are null, undefined or false. Children are elements or
// text: nothing is read as HTML.
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else set(element, name, value);
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

export function set(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? '' : value);
}

// text changes nothing that is right already: a new text node costs a layout.
export function text(element, value) {
  const node = element.firstChild;
  if (node === null || node !== element.lastChild || node.nodeType !== Node.TEXT_NODE) element.textContent = value;
  else if (node.data !== value) node.data = value;
}

export function link(page, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (value !== null && value !== undefined) query.set(name, value);
  }
  const path = page === 'overview' ? './' : page;
  return query.size > 0 ? `${path}?${query}` : path;
}

// subjectLink leads to the page of what an alert or a row is about, null if there is none.
export function subjectLink(kind, name, manager) {
  if (kind === 'cache') return link('cache', { manager: manager ?? '', name });
  return ['function', 'batch', 'loader', 'pool'].includes(kind) ? link(kind, { name }) : null;
}

// rows fills the body of a small table. A row is an array of texts and elements. Cells
// that show the same already stay as they are, so that what is unfolded stays so.
export function rows(body, list) {
  const head = body.parentNode.tHead.rows[0].cells;
  list.forEach((cells, i) => {
    const tr = body.rows[i] ?? body.appendChild(h('tr', { role: 'row' }));
    cells.forEach((content, j) => {
      const td =
        tr.cells[j] ??
        tr.appendChild(h('td', { role: 'cell', class: head[j].className || null, 'data-label': head[j].textContent }));
      const shown = content instanceof Node ? content.outerHTML : content;
      if (td.shown === shown) return;
      td.shown = shown;
      if (content instanceof Node) td.replaceChildren(content);
      else text(td, content);
    });
  });
  while (body.rows.length > list.length) body.lastChild.remove();
}

// grid is a small table whose rows are set by rows. Titles that begin with # are of
// numbers.
export function grid(label, titles) {
  const head = titles.map((t) =>
    h('th', { scope: 'col', role: 'columnheader', class: t.startsWith('#') && 'num' }, t.replace('#', '')),
  );
  const body = h('tbody', { role: 'rowgroup' });
  const table = h(
    'table',
    { class: 'cards', role: 'table', 'aria-label': label },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head)),
    body,
  );
  return { element: h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, table), body };
}
