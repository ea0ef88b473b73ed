// Package quiet keeps credentials-go's debug output off. With DEBUG=credential in the environment the library prints each
// request's headers, bearer and metadata tokens included, to stdout, which belongs to the protocol with the CLI. It reads
// the variable while it is initialized, and offers no other switch.
//
// Import it for its side effect. Go initializes packages in the order of their import paths as far as their imports allow:
// this one, which needs little and sorts first, comes before the library.
package quiet
