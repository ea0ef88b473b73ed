package quiet

import (
	"os"
	"slices"
	"strings"
)

func init() {
	const name, library = "DEBUG", "credential"
	flags := strings.Split(os.Getenv(name), ",")
	if slices.Contains(flags, library) {
		_ = os.Setenv(name, strings.Join(slices.DeleteFunc(flags, func(flag string) bool { return flag == library }), ",")) // It takes any value.
	}
}
