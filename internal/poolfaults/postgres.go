package poolfaults

import (
	"context"
	"errors"
	"net"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/internal/redistest"
)

func startPostgres(t testing.TB) *server {
	t.Helper()
	postgres := pgtest.Start(t)
	direct, err := pgx.ParseConfig(postgres.URL())
	if err != nil {
		t.Fatal(err)
	}
	_, address := pgconn.NetworkAddress(direct.Host, direct.Port)
	proxy := redistest.NewProxy(t, address)
	return &server{
		name: "PostgreSQL", proxy: proxy, broken: postgresBroken,
		connect: func(ctx context.Context, s *sockets, proxied bool) (link, error) {
			config := direct.Copy()
			config.DialFunc = s.dial
			if proxied {
				through(config, proxy.Addr())
			}
			c, err := pgx.ConnectConfig(ctx, config)
			if err != nil {
				return nil, err
			}
			return postgresLink{c}, nil
		},
		kill:    postgres.Kill,
		restart: postgres.Restart,
		clients: func(ctx context.Context) (int, error) { return postgresClients(ctx, direct) },
	}
}

func through(config *pgx.ConnConfig, address string) {
	host, port, _ := net.SplitHostPort(address) // of a listener
	n, _ := strconv.ParseUint(port, 10, 16)
	config.Host, config.Port = host, uint16(n)
}

// postgresBroken is true for all errors but those of a statement: pgx closes a connection
// when the context of a query ends.
func postgresBroken(err error) bool {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	return !ok || answer.Severity != "ERROR"
}

type postgresLink struct{ *pgx.Conn }

func (l postgresLink) echo(ctx context.Context, number int64) (answer int64, err error) {
	err = l.QueryRow(ctx, "select $1::int8", number).Scan(&answer)
	return answer, err
}

// close also waits for what pgx does in the background after a query was cancelled, or
// ends it: the socket is open until then. When CloseTimeout has passed, the pool gives
// the place of the connection away, so that it must be closed before.
func (l postgresLink) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTimeout*4/5)
	defer cancel()
	err := l.Close(ctx)
	select {
	case <-l.PgConn().CleanupDone():
		return err
	case <-ctx.Done():
		return errors.Join(err, l.PgConn().Conn().Close())
	}
}

func postgresClients(ctx context.Context, direct *pgx.ConnConfig) (n int, err error) {
	c, err := pgx.ConnectConfig(ctx, direct.Copy())
	if err != nil {
		return 0, err
	}
	defer c.Close(ctx)
	const others = "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
	return n, c.QueryRow(ctx, others).Scan(&n)
}
