// Package acksim simulates the part of Alibaba Cloud's ACK that this provider talks to: a gateway that checks every
// request as the real one does, and clusters whose upgrades follow a script. It also plays the credential services: STS, an
// ECS instance's metadata service, and a credentials URI. One Simulator is all of them, told apart by the request; see
// identity.Service.
//
// It is for whoever has no Alibaba Cloud account, or wants an upgrade that fails on demand; the command cmd/acksim runs
// it on its own. It never weakens a check: what it accepts, the service accepts.
package acksim
