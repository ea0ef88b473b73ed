package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/page"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// The exit codes of the command itself. Around another command, that one's exit code is passed on.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// command is one run of acksim, with everything that it takes from the outside.
type command struct {
	args           []string
	environment    []string
	stdin          *os.File
	stdout, stderr io.Writer
	signals        <-chan os.Signal
}

type flags struct {
	listen, scenario, certOut, credentials string
	tls, quiet, page                       bool
	list, schema, printScenario, version   bool // What is printed in place of serving.
	child                                  []string
}

// run does what the arguments say and returns the exit code.
func (c command) run(ctx context.Context) int {
	f, err := c.parse()
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(c.stdout, help())
		return exitOK
	case err != nil:
		return c.fail(exitUsage, err)
	case f.list:
		_, _ = io.WriteString(c.stdout, document.Describe(scenario.ReadyRows()))
		return exitOK
	case f.schema:
		_, _ = c.stdout.Write(scenario.SchemaJSON())
		return exitOK
	case f.printScenario:
		return c.printScenario(f.scenario)
	case f.version:
		_, _ = fmt.Fprintf(c.stdout, "acksim %s\n", version)
		return exitOK
	}
	code, err := c.serve(ctx, f)
	if err != nil {
		return c.fail(code, err)
	}
	return code
}

func (c command) fail(code int, err error) int {
	_, _ = fmt.Fprintf(c.stderr, "acksim: %v\n", err)
	return code
}

// flagSet returns the flags, which are parsed into f. Their usage is what the help says of them.
func flagSet(f *flags) *flag.FlagSet {
	set := flag.NewFlagSet("acksim", flag.ContinueOnError)
	set.SetOutput(io.Discard) // An error is printed once, and the help is ours.
	set.StringVar(&f.listen, "listen", "127.0.0.1:0", "where to listen, a `host:port`; port 0 is a free one, and another stays the same, see below. Requests for a foreign Host are refused")
	set.StringVar(&f.scenario, "scenario", "", "the scenario: the `name` of one that acksim comes with, see -list, or a file (default)")
	set.BoolVar(&f.tls, "tls", false, "serve HTTPS, with a certificate made for this run")
	set.StringVar(&f.certOut, "cert-out", "", "with -tls, write the certificate to trust to this `file` (PEM)")
	set.StringVar(&f.credentials, "credentials", credentialsKey, "the `source` of the credentials in the environment below: key, uri or metadata")
	set.BoolVar(&f.quiet, "quiet", false, "do not log requests, nor connections that fail; without it, each is a line on standard error")
	set.BoolVar(&f.printScenario, "print-scenario", false, "print the scenario, as a template, and exit")
	set.BoolVar(&f.page, "page", false, "serve a page for the browser, and print its address: each cluster's timeline and requests, live, and buttons to pause, fail or finish an upgrade")
	set.BoolVar(&f.list, "list", false, "print the names of the scenarios that acksim comes with, and exit")
	set.BoolVar(&f.schema, "schema", false, "print the JSON schema of a scenario file, for editors, and exit")
	set.BoolVar(&f.version, "version", false, "print the version, and exit")
	return set
}

func (c command) parse() (flags, error) {
	var f flags
	set := flagSet(&f)
	args := c.args
	for i, arg := range args { // What follows -- is not ours to parse, and without -- nothing may follow the flags.
		if arg == "--" {
			args, f.child = args[:i], args[i+1:]
			if len(f.child) == 0 {
				return f, errors.New("there is no command after --: name one, or leave -- out")
			}
			break
		}
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return f, err
		}
		return f, fmt.Errorf("%w: see acksim -help", err)
	}
	if set.NArg() > 0 {
		return f, fmt.Errorf("%q is not a flag: to run a command, put -- before it", set.Arg(0))
	}
	if f.certOut != "" && !f.tls {
		return f, errors.New("-cert-out without -tls: there is no certificate to write, so add -tls or leave it out")
	}
	return f, nil
}

// serve plays the scenario until a signal arrives, or until the command ends.
func (c command) serve(ctx context.Context, f flags) (int, error) {
	plan, err := readScenario(f.scenario)
	if err != nil {
		return exitUsage, err
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		return exitFailure, err
	}
	s := settings{scenario: plan, tls: f.tls, certificate: f.certOut, credentials: f.credentials}
	if err := s.check(); err != nil {
		return exitUsage, err
	}
	logger := log.New(c.stderr, "", 0)
	if warning := acksim.Warning(f.listen); warning != "" {
		logger.Print(warning)
	}
	if !f.quiet {
		simulator.OnRequest(func(r acksim.Request) { logger.Print(requestLine(r)) })
		simulator.OnCall(func(c identity.Call) { logger.Print(callLine(c)) })
	}
	errorLog := logger
	if f.quiet {
		errorLog = log.New(withoutClients{c.stderr}, "", 0)
	}
	server, err := acksim.Start(ctx, simulator, acksim.Options{Listen: f.listen, TLS: f.tls, ErrorLog: errorLog})
	if err != nil {
		return exitFailure, err
	}
	defer server.Close()

	if f.certOut != "" {
		if err := writeCertificate(f.certOut, server.CertificatePEM()); err != nil {
			return exitFailure, err
		}
	}
	s.endpoint, s.proxy = server.Endpoint(), server.Endpoint()
	if regional := plan.HasRegions(); f.tls && (regional || f.credentials == credentialsMetadata) {
		// No client of ours gets plain HTTP through a proxy on TLS.
		var handler http.Handler = simulator
		if regional {
			handler = &acksim.Proxy{Simulator: simulator, Server: server}
		}
		proxy, err := acksim.Start(ctx, handler, acksim.Options{ErrorLog: errorLog})
		if err != nil {
			return exitFailure, err
		}
		defer proxy.Close()
		s.proxy = proxy.Endpoint()
	}
	if f.page {
		server, address, err := page.New(simulator, sayWhat(f.scenario, plan)).Start(ctx, acksim.Options{ErrorLog: errorLog})
		if err != nil {
			return exitFailure, err
		}
		defer server.Close()
		if s.page = address; f.child != nil {
			logger.Print("Page: ", address) // Standard output is the command's.
		}
	}
	if f.child != nil {
		return c.runChild(ctx, f.child, s, server.CertificatePEM())
	}
	_, _ = io.WriteString(c.stdout, s.describe())
	select {
	case <-c.signals:
	case <-ctx.Done():
	}
	logger.Print("requests served: ", len(simulator.Requests())+simulator.DroppedRequests()+
		len(simulator.Calls())+simulator.DroppedCalls())
	return exitOK, nil
}

// sayWhat says what is played.
func sayWhat(name string, plan *scenario.Scenario) string {
	name = filepath.Base(cmp.Or(name, scenario.DefaultName))
	if plan.About == "" {
		return name
	}
	return name + ": " + plan.About
}

// printScenario prints the file of a scenario that acksim comes with.
func (c command) printScenario(name string) int {
	text, ok := scenario.Ready(cmp.Or(name, scenario.DefaultName))
	if !ok {
		return c.fail(exitUsage, fmt.Errorf("-print-scenario: there is no scenario %q: use one of %s", name, strings.Join(scenario.ReadyNames(), ", ")))
	}
	_, _ = io.WriteString(c.stdout, text)
	return exitOK
}

// readScenario reads a scenario that acksim comes with, or a file. A name that is both means the former: the file can be named
// with its folder.
func readScenario(path string) (*scenario.Scenario, error) {
	if text, ok := scenario.Ready(cmp.Or(path, scenario.DefaultName)); ok {
		return scenario.Parse([]byte(text))
	}
	file, err := os.Open(path) //nolint:gosec // The file that the user named.
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("reading the scenario: %w. acksim comes with %s", err, strings.Join(scenario.ReadyNames(), ", "))
		}
		return nil, fmt.Errorf("reading the scenario: %w", err)
	}
	defer func() { _ = file.Close() }()
	plan, err := scenario.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return plan, nil
}

// writeCertificate writes for everybody to read: a certificate is no secret, and who runs the CLI may be another user.
func writeCertificate(path string, pem []byte) error {
	if err := os.WriteFile(path, pem, 0o644); err != nil { //nolint:gosec // See above.
		return fmt.Errorf("writing the certificate: %w", err)
	}
	return nil
}
