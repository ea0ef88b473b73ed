// Package credentials finds the source of the provider's Alibaba Cloud credentials, by the names and in the order of the official
// alicloud provider, and gets the credentials through credentials-go.
//
// Resolve decides once and makes no request; all that it depends on is passed in. The source that it returns is called before
// every request to the API, and refreshes by itself.
package credentials
