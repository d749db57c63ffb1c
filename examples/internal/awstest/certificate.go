package awstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// makeCertificate writes a certificate for the loopback interface and its key to files,
// and returns their names and what trusts it.
func makeCertificate(t testing.TB) (certificate, key string, trusting *tls.Config) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:        true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	text := write(t, "certificate.pem", "CERTIFICATE", der)
	roots.AppendCertsFromPEM(text.content)
	return text.name, write(t, "key.pem", "PRIVATE KEY", secret).name, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}

type file struct {
	name    string
	content []byte
}

func write(t testing.TB, name, kind string, der []byte) file {
	t.Helper()
	f := file{filepath.Join(t.TempDir(), name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})}
	if err := os.WriteFile(f.name, f.content, 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}
