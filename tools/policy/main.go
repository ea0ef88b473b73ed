// Command policy runs the tests of the Rego policies in a folder. It has a module of its own, because Open Policy Agent would move
// the libraries of the other tools.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: policy FOLDER")
		os.Exit(64)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "policy:", err)
		os.Exit(1)
	}
}

// run prints each test with its result, and fails if one did not pass, or if there is none.
func run(ctx context.Context, folder string) error {
	modules, store, err := tester.Load([]string{folder}, nil)
	if err != nil {
		return err
	}
	transaction, err := store.NewTransaction(ctx, storage.TransactionParams{})
	if err != nil {
		return err
	}
	defer store.Abort(ctx, transaction)
	results, err := tester.NewRunner().SetStore(store).SetModules(modules).RunTests(ctx, transaction)
	if err != nil {
		return err
	}
	passed, failed := 0, 0
	for result := range results {
		fmt.Print(result)
		if result.Pass() {
			passed++
		} else {
			failed++
		}
	}
	if failed > 0 || passed == 0 {
		return fmt.Errorf("%d of %d tests passed", passed, passed+failed)
	}
	return nil
}
