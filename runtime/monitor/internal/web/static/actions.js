import { h, text } from './dom.js';

// An Actions panel has the buttons of what can be done. An action has label, the fields
// of its request, and, if something is lost by it, ask: the question to be answered first.
export class Actions {
  constructor(actions) {
    this.answer = h('p', { role: 'status', class: 'answer' });
    this.buttons = actions.map((a) =>
      h('button', { type: 'button', class: a.ask && 'danger', onclick: () => this.#begin(a) }, a.label),
    );
    this.element = h(
      'section',
      { class: 'panel' },
      h('h2', {}, 'Actions'),
      h('div', { class: 'row' }, this.buttons),
      this.answer,
    );
  }

  #begin(action) {
    if (!action.ask) return this.#send(action);
    const dialog = h(
      'dialog',
      {
        'aria-label': action.label,
        onclose: () => {
          dialog.remove();
          if (dialog.returnValue === 'yes') this.#send(action);
        },
      },
      h(
        'form',
        { method: 'dialog' },
        h('p', {}, action.ask),
        h(
          'div',
          { class: 'row end' },
          h('button', { value: 'no', autofocus: true }, 'Cancel'),
          h('button', { value: 'yes', class: 'danger' }, action.label),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  }

  async #send(action) {
    text(this.answer, 'Working …');
    this.#enable(false);
    try {
      const answer = await fetch('action', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify(action.fields),
      });
      const body = await answer.json();
      text(this.answer, body.done ?? `Failed: ${body.error ?? answer.status}`);
    } catch (e) {
      text(this.answer, `Failed: ${e.message}`);
    }
    this.#enable(true);
  }

  #enable(on) {
    for (const button of this.buttons) button.disabled = !on;
  }
}
