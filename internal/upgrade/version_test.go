package upgrade

import (
	"strings"
	"testing"
)

func TestAConstraintAllows(t *testing.T) {
	for _, test := range []struct {
		constraint, version string
		want                bool
	}{
		// Without a build, only the numbers count: a build of Alibaba Cloud is a release, not a pre-release.
		{">= 1.33", "1.33.3-aliyun.1", true},
		{">= 1.33.3", "1.33.3-aliyun.1", true},
		{">= 1.33.4", "1.33.3-aliyun.1", false},
		{"> 1.33.3", "1.33.3-aliyun.1", false},
		{"< 1.33.3", "1.33.3-aliyun.1", false},
		{"<= 1.33.3", "1.33.3-aliyun.2", true},
		{"1.33.3", "1.33.3-aliyun.1", true},
		{"= 1.33.3", "1.33.3-aliyun.1", true},
		{"= 1.33", "1.33.3-aliyun.1", false},
		{"= 1.33", "1.33.0-aliyun.1", true},
		{"!= 1.33.3", "1.33.3-aliyun.1", false},
		{"~> 1.32.0", "1.32.7-aliyun.1", true},
		{"~> 1.32.0", "1.33.0-aliyun.1", false},
		{"~> 1.32", "1.40.0-aliyun.1", true},
		{"~> 1.32", "2.0.0", false},
		{"~> 1.32.0, != 1.32.4", "1.32.4-aliyun.1", false},
		{"~> 1.32.0, != 1.32.4", "1.32.5-aliyun.1", true},
		{">=1.33,<1.35", "1.34.1-aliyun.1", true},
		{"\t>= 1.9 ", "1.10.1-aliyun.1", true},

		// With a build, the complete version counts.
		{"= 1.33.3-aliyun.1", "1.33.3-aliyun.1", true},
		{"1.33.3-aliyun.1", "1.33.3-aliyun.1", true},
		{"=1.33.3-aliyun.1", "1.33.3-aliyun.1", true},
		{"= 1.33.3-aliyun.1", "1.33.3-aliyun.2", false},
		{"= 1.33.3-aliyun.1", "1.33.3", false},
		{"!= 1.33.3-aliyun.1", "1.33.3-aliyun.1", false},
		{"!= 1.33.3-aliyun.1", "1.33.3-aliyun.2", true},
		{">= 1.33.3-aliyun.1", "1.34.1-aliyun.1", true},
		{">= 1.33.3-aliyun.1", "1.33.3-aliyun.1", true},
		{">= 1.33.3-aliyun.2", "1.33.3-aliyun.1", false},
		{"> 1.33.3-aliyun.9", "1.33.3-aliyun.10", true},
		{"> 1.33.3-aliyun.1", "1.33.3-aliyun.1", false},
		{"< 1.33.3-aliyun.2", "1.33.3-aliyun.1", true},
		{"<= 1.33.3-aliyun.1", "1.33.3-aliyun.1", true},
		{"<= 1.33.3-aliyun.1", "1.33.4-aliyun.1", false},
		{">= 1.33.3-aliyun.1, < 1.34", "1.33.9-aliyun.1", true},
		{">= 1.33.3-aliyun.1, < 1.34", "1.34.0-aliyun.1", false},

		{"= 1.33.3aliyun", "1.33.3-aliyun", true}, // The hyphen may be missing.
		{"= 1.33.3aliyun", "1.33.3-aliyun.1", false},
		{"= 1.33.3+a-b", "1.33.3-aliyun.1", true}, // The part after a plus sign does not count, and is not a build.

		// An invalid version never meets a constraint.
		{">= 0", "", false},
		{">= 0", "none", false},
		{"!= 1.33", "{}", false},
		{">= 0", "1.x", false},
		{">= 0", "99999999999999999999.1", false},
		{">= 1.33", " 1.33.3-aliyun.1\n", true},
	} {
		c, err := ParseConstraint(test.constraint)
		if err != nil {
			t.Errorf("%q: %v", test.constraint, err)
			continue
		}
		if c.Allows(test.version) != test.want {
			t.Errorf("%q allows %q: %t", test.constraint, test.version, !test.want)
		}
		if c.String() != test.constraint {
			t.Errorf("%q became %q", test.constraint, c)
		}
	}
}

func TestInvalidConstraintsAreRejected(t *testing.T) {
	for constraint, want := range map[string]string{
		"":                            "it is empty",
		" \t":                         "it is empty",
		"latest":                      `"latest" is not a version constraint`,
		">=":                          `">=" is not a version constraint`,
		">= 1.33,":                    `">= 1.33," is not a version constraint`,
		"=> 1.33":                     `"=> 1.33" is not a version constraint`,
		">= 1.33 < 1.35":              `">= 1.33 < 1.35" is not a version constraint`,
		"== 1.33":                     `"== 1.33" is not a version constraint`,
		"1.33.x":                      `"1.33.x" is not a version constraint`,
		"> 99999999999999999999":      `"> 99999999999999999999" is not a version constraint`,
		"~> 1.33.3-aliyun.1":          `"~> 1.33.3-aliyun.1" combines ~> with a build: use >= and < instead`,
		"~>1.33.3-aliyun.1":           `"~>1.33.3-aliyun.1" combines ~> with a build: use >= and < instead`,
		">= 1.32, ~> 1.33.3-aliyun.1": `"~> 1.33.3-aliyun.1" combines ~> with a build: use >= and < instead`,
		"~> 1.33aliyun":               `"~> 1.33aliyun" combines ~> with a build: use >= and < instead`,
	} {
		c, err := ParseConstraint(constraint)
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, %v, want %s", constraint, c, err, want)
		}
	}
}

func TestAReadingSatisfiesAConstraint(t *testing.T) {
	constraint, err := ParseConstraint(">= 1.33")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		version     *string
		runs, noVer bool
	}{
		"a version that is allowed": {ptr("1.33.3-aliyun.1"), true, true},
		"another one":               {ptr("1.32.1-aliyun.1"), false, true},
		"none":                      {nil, false, true},
		"what is none":              {ptr("soon"), false, true},
	} {
		for _, phase := range Phases() {
			r := &Reading{Phase: phase, CurrentVersion: test.version}
			ends := phase == PhaseIdle || phase == PhaseSucceeded
			if r.Runs(constraint) != test.runs || r.Runs(nil) != test.noVer {
				t.Errorf("%s: runs %t, without a constraint %t", name, r.Runs(constraint), r.Runs(nil))
			}
			if got := r.OnOtherVersion(constraint); got != (ends && !test.runs) || r.OnOtherVersion(nil) {
				t.Errorf("%s, %s: on another version %t", name, phase, got)
			}
		}
	}
}

// FuzzConstraint checks that no constraint and no version panics, that an error fits in a message, and that the result agrees
// with that of the inverted constraint and of another spelling of the version.
func FuzzConstraint(f *testing.F) {
	for _, constraint := range []string{">= 1.33", "~> 1.32.0, != 1.32.4", "= 1.33.3-aliyun.1", "~> 1.33.3-aliyun.1", ">", "1.33.3+x", ">= 1.0.0-", "!= v1.2.3-a-b", "< 1.2.3.4.5.6", "=1-0"} {
		f.Add(constraint, "1.33.3-aliyun.1")
	}
	f.Add(">= 1.33", "")
	f.Add(">= 1.33", "1.33.3-")
	f.Add("> 9223372036854775807", "9223372036854775808")
	f.Fuzz(func(t *testing.T, constraint, version string) {
		c, err := ParseConstraint(constraint)
		if err != nil {
			if c != nil || err.Error() == "" || strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Errorf("%v, %q", c, err)
			}
			return
		}
		if c.String() != constraint {
			t.Errorf("%q became %q", constraint, c)
		}
		allowed := c.Allows(version)
		if allowed != c.Allows("\t"+version+" \n") {
			t.Errorf("%q allows %q only without white space, or with it", constraint, version)
		}
		if positive, _ := ParseConstraint(">= 0, != 0"); allowed && !positive.Allows(version) {
			if zero, _ := ParseConstraint("= 0"); !zero.Allows(version) {
				t.Errorf("%q allows %q, which is no version", constraint, version)
			}
		}
		for _, pair := range [][2]string{{">=", "<"}, {"<=", ">"}, {"!=", "="}} {
			for i, operator := range pair {
				rest, ok := strings.CutPrefix(constraint, operator+" ")
				if !ok || strings.ContainsAny(rest, ",<>=!~") {
					continue
				}
				other, err := ParseConstraint(pair[1-i] + " " + rest)
				zero, _ := ParseConstraint(">= 0")
				if err != nil {
					t.Errorf("%q is a constraint, and %s %s is none", constraint, pair[1-i], rest)
				} else if zero.Allows(version) && other.Allows(version) == allowed {
					t.Errorf("%q and %q both say %t of %q", constraint, other, allowed, version)
				}
			}
		}
	})
}
