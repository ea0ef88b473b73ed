// Package acksim simulates the part of Alibaba Cloud ACK that this provider uses: a gateway that checks every request as the
// real one does, and clusters whose upgrades follow a scenario. It also simulates the credential services: STS, the metadata service
// of an ECS instance, and a credentials URI. One Simulator is all of them; the request selects the service, see
// identity.Service.
//
// It is for users without an Alibaba Cloud account, and for upgrades that fail on demand. The command cmd/acksim runs it. It
// never weakens a check: what it accepts, the service accepts.
package acksim
