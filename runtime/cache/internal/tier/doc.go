// Package tier is what stands between a cache and a store that several processes
// share. It gives a cache three things: a look-up that returns a value, or the right
// to load it, or the advice to go on alone; the changes that a cache makes, carried
// out or owed until they are; and word of the changes that others make. It bounds
// each operation in time, leaves a store alone that fails, and never returns an error
// that a caller would have to handle. It knows neither keys nor values but as texts and
// bytes, keeps nothing in memory, and does not load.
//
// # How old a value may be
//
// A change is out when the call that made it has returned without an error. After
// that, what it was about is not taken from the store any more, but for these:
//
//   - Single keys and tags: not at all. They are looked up together with the value.
//   - Rules (Revoke): another process may take a value as long as the news of the rule
//     are on their way. While its Watch says that it misses nothing, that is how long an
//     event takes; a connection that died unnoticed adds the time that the store needs to
//     find out, which it promises to be seconds; from then on, and before the first
//     event, a process asks for the rules by itself at least every 250 ms, plus the time
//     bound of an operation, and takes nothing from the store where it gets no answer.
//   - A change that failed is owed. Until it is made good, this process takes nothing
//     from the store that it was about; other processes may.
//
// What a cache keeps in memory is a matter of events: it is told of every change, and to
// drop everything when some may have been missed. In a process that hears nothing,
// what was read from the store or stored in it may stay in memory for a second
// (Brief), and what was loaded while the store failed for as long as the cache allows.
//
// # Clocks
//
// Ages follow from the time of day of the process that wrote a value. If that is ahead,
// a value is young for longer, by as much, at most until the store drops it; if it is
// behind, a value is too old too soon. An age is never negative.
package tier
