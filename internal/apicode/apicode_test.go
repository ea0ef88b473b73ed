package apicode

import "testing"

func TestTheKindOfEachCode(t *testing.T) {
	for code, want := range map[string]Kind{
		"":                                    Other,
		"SomethingElse":                       Other,
		"InvalidAccessKeyIdentifier":          Other, // Another word that begins alike.
		"InvalidAccessKeyId":                  AccessKey,
		"InvalidAccessKeyId.Inactive":         AccessKey,
		"InvalidSecurityToken.Expired":        TokenExpired,
		"InvalidSecurityToken.ExpiredLongAgo": Token,
		"InvalidSecurityToken.Malformed":      Token,
		"Throttling.User":                     Throttled,
		"Request.Throttling":                  Throttled,
		"InvalidTimeStamp.Format":             Clock,
	} {
		if got := Of(code); got != want {
			t.Errorf("%q: got the kind %d, want %d", code, got, want)
		}
	}
}

func TestTheKindOfEachSTSCode(t *testing.T) {
	for code, want := range map[string]STSKind{
		"":                                      STSOther,
		"NoPermission":                          STSOther,
		"EntityNotExist.User":                   STSOther,
		"EntityNotExist.Role":                   RoleNotFound,
		"InvalidParameter.DurationSeconds":      SessionDuration,
		"InvalidParameter.PolicySize":           SessionPolicy,
		"AuthenticationFail.OIDCToken.Expired":  IdentityTokenExpired,
		"AuthenticationFail.OIDCToken.Invalid":  IdentityToken,
		"AuthenticationFail.IdPConfigure.Wrong": IdentityToken,
	} {
		if got := OfSTS(code); got != want {
			t.Errorf("%q: got the kind %d, want %d", code, got, want)
		}
	}
}

func TestOnlyKnownCodesAreTransient(t *testing.T) {
	for code, want := range map[string]bool{
		"Throttling": true, "ServiceUnavailable": true, "InternalError": true, "SignatureNonceUsed": true,
		"": false, "SomethingElse": false, "NoPermission": false, "InvalidTimeStamp.Expired": false, "AuthenticationFail": false,
	} {
		if got := Of(code).Transient(); got != want {
			t.Errorf("%q: got %t, want %t", code, got, want)
		}
	}
}

func TestNoCodeIsHiddenByAMoreGeneralOne(t *testing.T) {
	for _, known := range codes {
		if got := Of(known.code); got != known.kind {
			t.Errorf("%s: an entry before it takes its place: got the kind %d, want %d", known.code, got, known.kind)
		}
	}
	for _, known := range stsCodes {
		if got := OfSTS(known.code); got != known.kind {
			t.Errorf("%s: an entry before it takes its place: got the kind %d, want %d", known.code, got, known.kind)
		}
	}
}
