const WAITS = [1, 2, 4, 8, 15, 30]; // seconds before a new attempt

// A Stream keeps up with a page: the document first, and updates until it is paused. After
// a pause or a failure the server sends the whole document again, so nothing is missing.
export class Stream {
  #source = null;
  #timer = 0;
  #failures = 0;
  #paused = false;
  #ended = false;
  #silence = 60000;

  // on has document(d), update(u) and state(name, words).
  constructor(page, query, on) {
    this.on = on;
    this.json = `${page}.json${query && '?' + query}`;
    this.url = `events?page=${page}${query && '&' + query}`;
    document.addEventListener('visibilitychange', () => this.#resume());
    addEventListener('pagehide', () => this.#stop());
    addEventListener('pageshow', (e) => e.persisted && this.#resume());
    addEventListener('online', () => this.#source || this.#resume());
  }

  start() {
    this.#resume();
  }

  get paused() {
    return this.#paused;
  }

  pause(paused) {
    this.#paused = paused;
    this.#resume();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #resume() {
    if (this.#ended) return;
    this.#stop();
    if (this.#paused) this.on.state('paused', 'paused');
    else if (document.hidden) this.on.state('paused', 'paused while hidden');
    else this.#connect();
  }

  #connect() {
    this.on.state('connecting', this.#failures ? 'reconnecting' : 'connecting');
    const source = new EventSource(this.url);
    this.#source = source;
    const take = (event, f) =>
      source.addEventListener(event, (e) => {
        this.#failures = 0;
        this.#watch();
        f(JSON.parse(e.data));
      });
    take('document', (d) => {
      // A server that says nothing for long is not there any more, whatever TCP thinks.
      this.#silence = Math.max(15000, (3 * d.head.interval_ns) / 1e6);
      this.#watch();
      this.on.state('live', 'live');
      this.on.document(d);
    });
    take('update', (u) => this.on.update(u));
    take('gone', (problem) => this.#end(problem.error));
    source.onerror = () => source === this.#source && this.#failed();
    this.#watch();
  }

  #watch() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#failed(), this.#silence);
  }

  #end(reason) {
    this.#ended = true;
    this.#stop();
    this.on.state('ended', 'ended: ' + reason);
  }

  // An EventSource does not tell why it failed; the document of the page does. Where only
  // the stream is refused, as for too many clients, it is also what there is to show.
  async #failed() {
    this.#stop();
    const attempt = ++this.#failures;
    const current = () => attempt === this.#failures && !this.#source && !this.#ended && !this.#paused;
    try {
      const answer = await fetch(this.json, { cache: 'no-store' });
      const body = await answer.json();
      if (!current()) return;
      if (answer.status === 404) return this.#end(body.error ?? 'not found');
      if (answer.ok) this.on.document(body);
    } catch {
      // The network is away: what follows is the same.
    }
    if (current()) this.#wait(WAITS[Math.min(attempt, WAITS.length) - 1]);
  }

  #wait(seconds) {
    if (this.#paused || document.hidden) return;
    if (seconds <= 0) return this.#connect();
    this.on.state('waiting', `reconnecting in ${seconds} s`);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wait(seconds - 1), 1000);
  }
}
