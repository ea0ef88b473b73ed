// Package acs3 signs and verifies HTTP requests with ACS3-HMAC-SHA256, the signature (version 3) that Alibaba Cloud's API
// gateways require.
//
// The rules are those of the public "V3 request body & signature mechanism" reference. They are tested with requests that the
// official client signed: testdata/signing-vectors.json.
package acs3
