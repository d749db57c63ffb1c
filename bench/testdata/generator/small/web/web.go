// Package web is a part of a small module.
package web

import (
	"context"
	"encoding/json"
	"net/http"

	"example.com/small/orders"
)

// Server serves orders.
type Server struct{ client *http.Client }

//bunsui:cached ttl=60 receiver=ignore
func (s *Server) page(ctx context.Context, path string) ([]byte, error) {
	order, err := orders.GetOrder(ctx, int64(len(path)))
	if err != nil {
		return nil, err
	}
	return json.Marshal(order)
}

//bunsui:cached ttl=60 receiver=instance
func (s *Server) status(_ context.Context, url string) (int, error) {
	response, err := s.client.Get(url)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

//bunsui:profile
func (s *Server) serve(w http.ResponseWriter, r *http.Request) error {
	page, err := s.Page(r.Context(), r.URL.Path)
	if err != nil {
		return err
	}
	_, err = w.Write(page)
	return err
}
