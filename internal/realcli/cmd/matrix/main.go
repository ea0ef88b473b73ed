// Command matrix runs the tests of the real CLI with each of several CLIs, and says for each which tests ran, and which were skipped
// and why.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/realcli"
)

func main() {
	run := flag.String("run", "", "run only the tests that match this `expression`, as go test does")
	list := flag.Bool("list", false, "name the tests that ran, too")
	flag.Usage = func() {
		fmt.Fprint(os.Stderr, "usage: matrix [flags] CLI...\n\nEach CLI is the path of a terraform or tofu.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ok, err := runAll(ctx, flag.Args(), *run, *list)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func runAll(ctx context.Context, paths []string, run string, list bool) (ok bool, err error) {
	var clis []realcli.CLI
	for _, path := range paths {
		cli, err := realcli.Identify(ctx, path)
		if err != nil {
			return false, err
		}
		clis = append(clis, cli)
	}
	if len(clis) == 0 {
		return false, fmt.Errorf("name at least one CLI")
	}
	ok = true
	var summary []string
	for _, cli := range clis {
		fmt.Printf("== %s %s\n", cli.Name, cli.Version)
		began := time.Now()
		results, err := test(ctx, cli, run)
		if err != nil {
			return false, err
		}
		fmt.Print(results.text(list))
		ok = ok && results.ok()
		summary = append(summary, fmt.Sprintf("%-9s %-8s %s, %s", cli.Name, cli.Version, results.counts(), time.Since(began).Round(time.Second)))
	}
	fmt.Println("\n== " + strings.Join(summary, "\n== "))
	return ok, nil
}
