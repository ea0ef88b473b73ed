// Package credentials finds out where the provider's Alibaba Cloud credentials come from, by the names and in the order
// that users of the official alicloud provider have, and gets them through credentials-go.
//
// Resolve decides once and makes no request; all that it depends on is passed in. What it returns is asked before every
// request to the API, and refreshes by itself.
package credentials
