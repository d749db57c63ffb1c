package redistest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	limited  = "limited"
	password = "only-for-tests"
)

// TLS is a server that speaks nothing but TLS, and has one user with few rights.
type TLS struct {
	*Server
	config *tls.Config
}

// StartTLS starts the server. Its user may use the commands that are given, such as
// "get", and what go-redis needs to connect, on the keys and channels that begin
// with the namespace and a colon.
func StartTLS(t testing.TB, namespace string, commands ...string) *TLS {
	t.Helper()
	s := &TLS{Server: newServer(t)}
	cert, key := s.certify()
	rights := []string{
		"--user", limited, "on", ">" + password,
		"~" + namespace + ":*", "resetchannels", "&" + namespace + ":*", "-@all", "+hello", "+auth", "+client",
	}
	for _, c := range commands {
		rights = append(rights, "+"+c)
	}
	s.arguments = func() []string {
		return append([]string{
			"--port", "0", "--tls-port", strconv.Itoa(s.port), "--save", "", "--appendonly", "no",
			"--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "no",
			"--user", "default", "off",
		}, rights...)
	}
	s.alive = func() error {
		client := s.connect()
		defer client.Close()
		err := client.Do(context.Background(), "ping").Err()
		if err != nil && redis.IsPermissionError(err) {
			return nil
		}
		return err
	}
	s.begin()
	return s
}

// Client returns a client of the user with few rights, closed when the test ends.
func (s *TLS) Client() *redis.Client {
	s.t.Helper()
	client := s.connect()
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

func (s *TLS) connect() *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr: s.Addr(), TLSConfig: s.config, Username: limited, Password: password,
		ContextTimeoutEnabled: true, DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	})
}

// certify writes a certificate and its key, and makes the client trust it.
func (s *TLS) certify() (certPath, keyPath string) {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(s.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redistest"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(s.t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(s.t, err)
	parsed, err := x509.ParseCertificate(cert)
	must(s.t, err)
	s.config = &tls.Config{RootCAs: x509.NewCertPool()}
	s.config.RootCAs.AddCert(parsed)
	certPath, keyPath = filepath.Join(s.dir, "cert.pem"), filepath.Join(s.dir, "key.pem")
	must(s.t, os.WriteFile(certPath, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
	must(s.t, os.WriteFile(keyPath, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return certPath, keyPath
}
