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
// # Shapes
//
// The keys of a function differ by the fingerprint of its results' shape, so that the
// processes of two versions of a program do not read each other's values. But a change
// is about a text under all fingerprints: otherwise the old processes would go on with
// the old value while a new version is rolled out, and find it again when that is
// taken back. So the store has a registry for each function, of the fingerprints under
// which it may have values.
//
//   - A process signs, which is to write its fingerprint into the registry, before it reads
//     or writes anything under it. So there are no values under a fingerprint that no
//     registry since the last loss has had, and it may begin to read at once.
//   - A change removes the text under all fingerprints of the registry together. Events say
//     when that has changed; while none are heard, it is asked for at each change. Who
//     signs after the question loads after what has led to the change.
//   - If the news of a signature come after a change, because they were on their way, the
//     change is made up for: each process remembers what it has changed in the last half
//     minute, which is longer than a connection can be dead unnoticed. Until then the
//     bound is that of rules.
//   - If the registry was lost (evicted, or the store began anew), whoever makes the next
//     one takes a new epoch and writes it there as a floor: what is below is not good,
//     whatever its fingerprint. So does a process that finds its own signature gone.
//   - If the registry cannot be asked for, the change is owed as a rule about the text,
//     which has no fingerprint.
//   - A signature holds for as long as values live, a day or store.MaxTTL, and a day
//     more, and is renewed each day. Clocks of day that differ by less than a day do no
//     harm. Above 64 fingerprints half are dropped, with a new floor.
//
// What a process has in memory goes by the text alone, whatever fingerprint the event
// has. All of this costs nothing per look-up, and nothing per change as long as there is
// one shape. It does not help where two versions of a program write different texts for
// the same key.
//
// # Clocks
//
// Ages follow from the time of day of the process that wrote a value. If that is ahead,
// a value is young for longer, by as much, at most until the store drops it; if it is
// behind, a value is too old too soon. An age is never negative.
package tier
