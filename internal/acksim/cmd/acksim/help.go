package main

// help is written by hand: what flag prints knows nothing of scenarios and environments.
const help = `acksim plays the part of Alibaba Cloud's ACK that the ackupgrade provider talks to, so that
upgrades can be watched, waited for and gated on without an account. It checks signature, date,
nonce, key and security token of every request as the real gateway does, and answers
GetUpgradeStatus from a scenario. It also plays what hands out credentials: STS (AssumeRole and
AssumeRoleWithOIDC), the metadata service of an ECS instance, and a credentials URI.

Usage:
  acksim [flags]                      serve until Ctrl-C; print the environment a provider needs
  acksim [flags] -- command args...   run a command with that environment, end with its exit code

Flags:
  -listen host:port   where to listen (default 127.0.0.1:0: a free port)
  -scenario file      what to play (default: the scenario that -print-scenario prints)
  -tls                serve HTTPS, with a certificate made for this run
  -cert-out file      with -tls, write the certificate to trust to this file (PEM)
  -credentials way    what the environment below leads to: key (default), uri or metadata
  -quiet              do not log requests; without it, each is a line on standard error
  -print-scenario     print the default scenario, as a start for one's own, and end
  -help               print this

Environment for the provider, set in the second form and printed in the first:
  ALIBABA_CLOUD_ENDPOINT_CS   the simulator's host:port
  ALICLOUD_ACCESS_KEY         the scenario's first key: its id,
  ALICLOUD_SECRET_KEY           its secret,
  ALICLOUD_SECURITY_TOKEN       and its security token; without one, this must not be set
  ALICLOUD_CREDENTIALS_URI    with -credentials uri, instead of a key: the credentials URI
  ALICLOUD_ECS_ROLE_NAME      with -credentials metadata, instead of a key: the instance's role,
  HTTP_PROXY                    and the simulator, as the way to http://100.100.100.200
  ALICLOUD_REGION             the scenario's region, or cn-hangzhou
  SSL_CERT_FILE               with -tls: the file of the certificate to trust. Linux reads this;
                              elsewhere, add the certificate to those that the system trusts
  TF_VAR_sts_endpoint         with -tls and roles: the simulator's host:port, see below
Without -tls, the configuration needs:
  provider "ackupgrade" {
    protocol = "HTTP"
  }
Roles need -tls, and STS's endpoint, which has no variable of its own, in the configuration:
  variable "sts_endpoint" {}
  provider "ackupgrade" {
    endpoints {
      sts = var.sts_endpoint
    }
    assume_role {
      role_arn = "acs:ram::1234567890123456:role/acksim-deploy"
    }
  }

A scenario is a JSON file. A field that is not described here is refused.
  {
    "access_keys": [{"id": "testak", "secret": "testsk"}],
    "region": "cn-hangzhou",
    "rate_limit": {"requests_per_second": 20, "headers": true},
    "roles": [{"arn": "acs:ram::1234567890123456:role/deploy", "trusts": ["testak", "oidc"]}],
    "oidc": {"provider_arn": "acs:ram::1234567890123456:oidc-provider/ci",
             "tokens": [{"token": "made-up", "expires": "1h"}]},
    "metadata": {"role": "instance"},
    "credentials_uri": {"path": "/credentials"},
    "clusters": {
      "c-idle": {"timeline": [{"phase": "idle"}]},
      "c-upgrade": {"timeline": [
        {"polls": 3, "phase": "running", "message": "upgrading the masters"},
        {"for": "20s", "answer": {"status": "running", "upgrade_step": "upgrading"}},
        {"polls": 1, "http": {"status": 502, "content_type": "text/html", "body": "<h1>no</h1>"}},
        {"phase": "succeeded"}
      ]}
    }
  }

  access_keys   at least one key: id and secret. With a security_token it is a temporary key: its
                requests must carry the token, and "expires" may end it, after a duration from the
                start ("15m") or at a time ("2026-01-02T03:04:05Z")
  region        optional: what ALICLOUD_REGION is set to; requests are not checked against it
  format        optional: "json", "xml" (as documented, without a root element) or "xml-rooted";
                without it, the request's Accept header chooses between json and xml
  clusters      by cluster id; any other is answered ErrorClusterNotFound
  rate_limit    optional: how fast ACK may be asked, by all clients together. Beyond that it
                throttles, with the code Throttling.User, and no timeline goes on. It has
    requests_per_second
                  a whole number, 1 or more
    burst         how many may come at once (as many as requests_per_second if left out)
    status        of the answer: 429 (if left out) or 400; the gateway knows both
    headers       true to say when to come back: x-ratelimit-user-api, with TimeLeft in milliseconds
  faults        optional: what goes wrong, see below
  fault_seed    optional: what their chances hang on: with the same seed, the tenth request for a
                cluster fares the same in every run
  timeline      what the cluster answers, step by step. It begins with the first request for the
                cluster that passes all checks, and its last step stays. A step has
    for, polls    how long it lasts: a duration, or a number of requests; the last may have neither
  and one of
    phase         idle, running, paused, succeeded, failed or unknown: what ACK answers then,
                  if you like with a "message" of your own beside it
    answer        any JSON value, answered as it is
    http          an answer that is not ACK's, a proxy's for one: status (200 if left out),
                  content_type, headers (an object) and body

A fault strikes requests that pass all checks, so that a bad signature is refused as ever. Of
several that would strike, the first does. Each has a kind, and if you like
  after         how many requests pass before it strikes
  count         how many requests it strikes; without it, there is no end
  probability   how likely each is to be struck: more than 0, up to 1 (if left out)
  cluster       whose requests; without it, those for all clusters
and what stands in brackets:
  throttled     refused by the gateway (status 429 or 400, code Throttling.User or another that
                begins with Throttling, and when to come back: time_left, retry_after)
  error         an error of the server's (status 500 to 599, retry_after, and the form of its body:
                json, xml, html, empty or truncated)
  nonce_used, clock_skew, redirect
                refused for its nonce; for its date, by a clock that is off (skew, 1h if left out);
                sent to another host
  http          any answer (http, as above)
  reset, silent the connection is reset; the request is never answered
  reset_in_body, silent_in_body, slow, long_length, short_length, oversized, not_utf8, cut_gzip
                the cluster's answer is reset, or goes silent, in the middle; comes at a byte a
                second; is shorter or longer than its header says; is followed by 2 MiB of white
                space; has a message in another encoding; is compressed, and ends early
  refused       nothing listens for a while (for, 1s if left out)
  silent_connection
                a connection is accepted, and nothing is ever said
  unknown_authority, expired_certificate, other_name, http1
                with -tls: a certificate that is not to be trusted; nothing newer than HTTP/1.1
The last three rows strike connections, whatever they are for, so they name no cluster. For example:
  "faults": [{"kind": "throttled", "count": 3, "time_left": "2s", "cluster": "c-upgrade"},
             {"kind": "reset", "probability": 0.05}]

What hands out credentials is all optional:
  roles         the roles that STS knows, each with its arn and
    trusts          who may assume it: ids of access keys, ARNs of roles, "oidc"
    external_id     must then come with the call
    max_seconds     how long a session may be asked to last, 3600 (if left out) to 43200
    session_seconds how long a session lasts at most, however long it was asked to
  oidc          provider_arn, and tokens that it has issued: each a token, which may have "expires"
  metadata      the instance's role, and if you like its role_arn, session_seconds (21600 if left
                out), and "v1": false to serve only those who bring a token, as its second version
  credentials_uri
                its path, and if you like role_arn, session_seconds (3600 if left out), a code other
                than Success, "no_expiration": true, or "http", an answer as above, instead
`
