// Package gateway checks requests as Alibaba Cloud's gateway does, and rejects them in its words.
package gateway
