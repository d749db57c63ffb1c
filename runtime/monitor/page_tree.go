package monitor

import (
	"slices"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// Bounds of the call tree of a page.
const (
	maxPlaces    = 50
	maxNodes     = 1000 // of all places together
	leastOfPlace = 2000 // what takes less than this part of its place cannot be seen
)

// placesOf returns the places of a call tree at which a function stands, those where it
// took most first. A place within another one of the function is a part of that.
func placesOf(name string, tree []profile.Node) []pagePlace {
	room := maxNodes
	found := findPlaces(name, tree, nil, []pagePlace{}, &room)
	slices.SortStableFunc(found, func(a, b pagePlace) int { return int(min(max(b.Node.Total-a.Node.Total, -1), 1)) })
	return found[:min(len(found), maxPlaces)]
}

func findPlaces(name string, nodes []profile.Node, callers []pageCaller, found []pagePlace, room *int) []pagePlace {
	for i := range nodes {
		n := &nodes[i]
		if tidy(n.Name) == name {
			found = append(found, pagePlace{
				Callers: append([]pageCaller{}, callers...), Node: pruned(n, int64(n.Total)/leastOfPlace, room),
			})
			continue
		}
		c := pageCaller{Name: tidy(n.Name), Short: short(tidy(n.Name)), Calls: n.Calls, Total: n.Total}
		found = findPlaces(name, n.Children, append(callers, c), found, room)
	}
	return found
}

// pruned returns a node without what is too small to be seen or has no room.
func pruned(n *profile.Node, least int64, room *int) pageNode {
	name := tidy(n.Name)
	made := pageNode{
		Name: name, Short: short(name), Calls: n.Calls, Recursive: n.Recursive,
		Total: n.Total, Self: n.Self, Overlap: n.Overlap, Children: []pageNode{},
	}
	for i := range n.Children {
		if *room <= 0 || int64(n.Children[i].Total) < least {
			made.More = len(n.Children) - i
			break
		}
		*room--
		made.Children = append(made.Children, pruned(&n.Children[i], least, room))
	}
	return made
}
