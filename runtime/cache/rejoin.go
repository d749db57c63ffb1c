package cache

// A shared cache that does not use its manager's store hears of what other processes
// change as long as it is a member of the link: whoever changes anything becomes one, and
// whoever has looked anything up. One that was made without using the store is none.

// rejoin is called with the entry locked, when the rules are no longer those of before. A
// cache that begins to use the store drops what it kept while nobody could tell it of
// changes, and what is being loaded since.
func (s *state) rejoin(before, now *rules) {
	if s.joint.overlaps == nil {
		return // it is not shared
	}
	link := s.home.manager.link.Load()
	switch used := before.Mode == On; {
	case used == (now.Mode == On):
	case used:
		s.joint.told = nil
		if m := s.joint.member.Load(); m != nil {
			s.joint.told = m.link
		}
	case link != nil && (s.joint.told != link || !link.Live()):
		// If the link was lost meanwhile and found again, all was dropped then.
		_ = s.distrust() // not told of: the lock
	}
}

// distrust drops what is kept and what is being loaded, because it may be out of date, and
// returns how many entries there were.
func (s *state) distrust() int {
	s.joint.heard.Add(1) // what is being set may be older
	s.home.changingAll(nil)
	return s.clear()
}
