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
)

// newCertificate returns a certificate for this machine's own names and host, and the PEM of the authority that signed
// it. Nobody keeps the authority's key: it can sign nothing else.
func newCertificate(host string, now time.Time) (certificate tls.Certificate, authority []byte, err error) {
	leaf := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "ACK simulator"},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if ip := net.ParseIP(host); ip != nil {
		leaf.IPAddresses = append(leaf.IPAddresses, ip)
	} else if host != "" {
		leaf.DNSNames = append(leaf.DNSNames, host)
	}
	root := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "ACK simulator, made for one run"},
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}

	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("making the authority's key: %w", err)
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("making the certificate's key: %w", err)
	}
	rootDER, err := signCertificate(root, root, &rootKey.PublicKey, rootKey, now)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leafDER, err := signCertificate(leaf, root, &leafKey.PublicKey, rootKey, now)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	authority = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER})
	return tls.Certificate{Certificate: [][]byte{leafDER, rootDER}, PrivateKey: leafKey}, authority, nil
}

// signCertificate makes c valid from an hour ago, for clocks that disagree, and for a year.
func signCertificate(
	c, by *x509.Certificate, key *ecdsa.PublicKey, byKey *ecdsa.PrivateKey, now time.Time,
) (der []byte, err error) {
	if c.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, fmt.Errorf("making a certificate's serial number: %w", err)
	}
	c.NotBefore, c.NotAfter = now.Add(-time.Hour), now.AddDate(1, 0, 0)
	if der, err = x509.CreateCertificate(rand.Reader, c, by, key, byKey); err != nil {
		return nil, fmt.Errorf("making the certificate of %q: %w", c.Subject.CommonName, err)
	}
	return der, nil
}
