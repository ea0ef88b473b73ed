// Package apicode says what the error codes of Alibaba Cloud's services mean: one table for all services that the provider
// sends requests to. Their common gateway returns the same codes for every service.
package apicode
