package apicode

// STSKind says what an error of STS is about, where its code is one of STS's own.
type STSKind int

// The kinds of STS's own errors. The comment behind each says what has happened.
const (
	STSOther             STSKind = iota // The code is not one of STS's own, or not in the table.
	RoleNotFound                        // There is no role of this ARN.
	RoleARN                             // The role's ARN is not written as one.
	SessionName                         // The session's name is not one that STS takes.
	SessionDuration                     // The session is longer than the role allows, or than STS does.
	SessionPolicy                       // The policy of the session is not valid.
	IdentityToken                       // The token of the identity provider was not accepted.
	IdentityTokenExpired                // The token of the identity provider has expired.
)

var stsCodes = []entry[STSKind]{
	{"EntityNotExist.Role", RoleNotFound},
	{"InvalidParameter.RoleArn", RoleARN},
	{"InvalidParameter.RoleSessionName", SessionName},
	{"InvalidParameter.DurationSeconds", SessionDuration},
	{"InvalidParameter.PolicyGrammar", SessionPolicy},
	{"InvalidParameter.PolicySize", SessionPolicy},
	{"AuthenticationFail.OIDCToken.Expired", IdentityTokenExpired},
	{"AuthenticationFail", IdentityToken},
}

// OfSTS returns the kind of an error code of STS: STSOther for one that is not its own. None of these errors passes.
func OfSTS(code string) STSKind { return find(stsCodes, code) }
