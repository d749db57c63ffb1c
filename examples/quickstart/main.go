// Command quickstart is the first wrapper of the README.
package main

import (
	"context"
	"fmt"
	"log"
	"time"
)

type User struct {
	ID   int64
	Name string
}

// getUser loads one user.
//
//bunsui:cached ttl=60
func getUser(ctx context.Context, id int64) (*User, error) {
	time.Sleep(100 * time.Millisecond) // in place of a database
	return &User{ID: id, Name: fmt.Sprintf("user %d", id)}, nil
}

func main() {
	ctx := context.Background()
	for range 3 {
		start := time.Now()
		user, err := GetUser(ctx, 7)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(user.Name, "after", time.Since(start))
	}
	fmt.Printf("hit rate %.0f %%\n", 100*GetUserCache.Stats().HitRate())
}
