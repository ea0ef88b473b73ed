package acksim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// certificates are what a server shows, and what it shows when something is to go wrong.
type certificates struct {
	good   tls.Certificate
	faulty map[fault.Kind]tls.Certificate
	// authority is the PEM of the authority that signed the valid one. Its key is not kept, so that it can sign nothing else.
	authority []byte
}

// newCertificates returns certificates for this machine's own names and host.
func newCertificates(host string, now time.Time) (*certificates, error) {
	known, err := newAuthority(now)
	if err != nil {
		return nil, err
	}
	unknown, err := newAuthority(now)
	if err != nil {
		return nil, err
	}
	anHourAgo, inAYear := now.Add(-time.Hour), now.AddDate(1, 0, 0) // An hour, for clocks that disagree.
	all := &certificates{authority: known.pem(), faulty: make(map[fault.Kind]tls.Certificate)}
	if all.good, err = known.sign(ownNames(host), anHourAgo, inAYear); err != nil {
		return nil, err
	}
	for kind, what := range map[fault.Kind]struct {
		by       *authority
		host     func(*x509.Certificate)
		from, to time.Time
	}{
		fault.UnknownAuthority:   {unknown, ownNames(host), anHourAgo, inAYear},
		fault.ExpiredCertificate: {known, ownNames(host), now.AddDate(0, 0, -2), now.AddDate(0, 0, -1)},
		fault.OtherName:          {known, otherName, anHourAgo, inAYear},
	} {
		certificate, err := what.by.sign(what.host, what.from, what.to)
		if err != nil {
			return nil, err
		}
		all.faulty[kind] = certificate
	}
	return all, nil
}

// ownNames makes a certificate one for this machine's own names, those of all regions, and host.
func ownNames(host string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.DNSNames = []string{"localhost", "*." + scenario.LocalhostDomain, "*." + scenario.ProxiedDomain}
		c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
		if ip := net.ParseIP(host); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else if host != "" {
			c.DNSNames = append(c.DNSNames, host)
		}
	}
}

// otherName makes a certificate one for a host that does not exist.
func otherName(c *x509.Certificate) { c.DNSNames = []string{"proxy.invalid"} }

// config returns the TLS configuration of a server: what it shows on a connection that something goes wrong with is
// chosen as the client says hello.
func (c *certificates) config() *tls.Config {
	with := func(certificate tls.Certificate, protocols ...string) *tls.Config {
		return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}, NextProtos: protocols}
	}
	config := with(c.good)
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		kind := fault.Of(hello.Conn)
		if kind == "" {
			return nil, nil //nolint:nilnil // As crypto/tls has it: the configuration stays.
		}
		if kind == fault.HTTP1 {
			return with(c.good, "http/1.1"), nil
		}
		faulty := with(c.faulty[kind], "h2", "http/1.1")
		faulty.SessionTicketsDisabled = true // A session that is resumed shows no certificate.
		return faulty, nil
	}
	return config
}

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	der         []byte
	key         *ecdsa.PrivateKey
}

func newAuthority(now time.Time) (*authority, error) {
	a := &authority{certificate: &x509.Certificate{
		Subject:               pkix.Name{CommonName: "ACK simulator, made for one run"},
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		NotBefore:             now.AddDate(0, 0, -3), // Older than the certificate that has expired.
		NotAfter:              now.AddDate(1, 0, 0),
	}}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, fmt.Errorf("making the authority's key: %w", err)
	}
	a.der, err = signCertificate(a.certificate, a.certificate, &a.key.PublicKey, a.key)
	return a, err
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.der})
}

func (a *authority) sign(name func(*x509.Certificate), from, to time.Time) (tls.Certificate, error) {
	leaf := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "ACK simulator"},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore:   from,
		NotAfter:    to,
	}
	name(leaf)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making the certificate's key: %w", err)
	}
	der, err := signCertificate(leaf, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der, a.der}, PrivateKey: key}, nil
}

func signCertificate(c, by *x509.Certificate, key *ecdsa.PublicKey, byKey *ecdsa.PrivateKey) (der []byte, err error) {
	if c.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, fmt.Errorf("making a certificate's serial number: %w", err)
	}
	if der, err = x509.CreateCertificate(rand.Reader, c, by, key, byKey); err != nil {
		return nil, fmt.Errorf("making the certificate of %q: %w", c.Subject.CommonName, err)
	}
	return der, nil
}
