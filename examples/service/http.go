package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/bunsui/bunsui-go/examples/service/directory"
	"github.com/bunsui/bunsui-go/examples/service/store"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// newMux offers a directory to HTTP clients.
func newMux(d *directory.Directory) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /users/{id}", answer(func(r *http.Request) (any, error) {
		id, err := number(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return d.User(r.Context(), id)
	}))
	mux.Handle("PUT /users/{id}/name", answer(func(r *http.Request) (any, error) {
		id, err := number(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return d.Rename(r.Context(), id, r.FormValue("name"))
	}))
	mux.Handle("GET /teams/{team}", answer(func(r *http.Request) (any, error) {
		return d.Team(r.Context(), r.PathValue("team"))
	}))
	mux.Handle("POST /teams/{team}/users", answer(func(r *http.Request) (any, error) {
		return d.Hire(r.Context(), r.FormValue("name"), r.PathValue("team"))
	}))
	mux.Handle("POST /teams/{team}/transfer", answer(func(r *http.Request) (any, error) {
		return transfer(r, d)
	}))
	mux.HandleFunc("GET /profile", func(w http.ResponseWriter, _ *http.Request) {
		_ = profile.WriteText(w) // the client has gone
	})
	return mux
}

// transfer moves the users that id=1&id=2 names, and returns the team.
func transfer(r *http.Request, d *directory.Directory) (any, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	var ids []int64
	for _, text := range r.Form["id"] {
		id, err := number(text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	team := r.PathValue("team")
	if err := d.Transfer(r.Context(), team, ids...); err != nil {
		return nil, err
	}
	return d.Team(r.Context(), team)
}

// errBadRequest is wrapped by errors that are the client's.
var errBadRequest = errors.New("bad request")

func number(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not the id of a user", errBadRequest, text)
	}
	return id, nil
}

// answer writes what f returns as JSON, or its error with the status that it means.
func answer(f func(r *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result, err := f(r)
		status := http.StatusInternalServerError
		switch {
		case err == nil:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(result) // the client has gone
			return
		case errors.Is(err, store.ErrNotFound):
			status = http.StatusNotFound
		case errors.Is(err, directory.ErrTeamFull):
			status = http.StatusConflict
		case errors.Is(err, errBadRequest):
			status = http.StatusBadRequest
		}
		http.Error(w, err.Error(), status)
	})
}
