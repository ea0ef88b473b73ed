package pattern_test

import (
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

func TestAPatternIsCompiledOnceOnFirstUse(t *testing.T) {
	vowels := pattern.New(`[aeiou]+`)
	if first := vowels(); first != vowels() || first.FindString("queue") != "ueue" {
		t.Errorf("%v, %v", first, vowels())
	}
	broken := pattern.New(`(`) // Not looked at yet.
	defer func() {
		if recover() == nil {
			t.Error("an expression that is not valid is taken")
		}
	}()
	broken()
}
