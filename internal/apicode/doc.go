// Package apicode says what the error codes of Alibaba Cloud's services mean: one table for all services that the provider
// sends requests to. The gateway in front of them answers with the same codes, whichever service stands behind it.
package apicode
