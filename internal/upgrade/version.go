package upgrade

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/go-version"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

// Constraint is a version constraint as in Terraform's required_version.
type Constraint struct {
	text  string
	parts version.Constraints
}

// ParseConstraint parses a constraint such as ">= 1.33" or "~> 1.32.0, != 1.32.4". A constraint with a build, such as "=
// 1.33.3-aliyun.1", is compared with the whole version. All others are compared only with its numbers.
func ParseConstraint(text string) (*Constraint, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("it is empty")
	}
	parts, err := version.NewConstraint(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a version constraint", text)
	}
	for _, part := range parts {
		if operator, _ := cutOperator(part); operator == "~>" && part.Prerelease() {
			return nil, fmt.Errorf("%q combines ~> with a build: use >= and < instead", strings.TrimSpace(part.String()))
		}
	}
	return &Constraint{text: text, parts: parts}, nil
}

// String returns the constraint, unchanged.
func (c *Constraint) String() string { return c.text }

// Allows reports whether a version such as "1.33.3-aliyun.1" meets the constraint. An invalid version never does.
func (c *Constraint) Allows(text string) bool {
	v, err := version.NewVersion(strings.TrimSpace(text))
	if err != nil {
		return false
	}
	for _, part := range c.parts {
		if !allows(part, v) {
			return false
		}
	}
	return true
}

// operators are the operators of a constraint.
var operators = pattern.New(`^\s*(=|!=|>=|<=|~>|>|<)?\s*`)

// cutOperator returns the operator of a part of a constraint, and the version behind it.
func cutOperator(part *version.Constraint) (of, rest string) {
	match := operators().FindStringSubmatch(part.String())
	return match[1], strings.TrimSpace(part.String()[len(match[0]):])
}

// allows compares a version with one part of a constraint. go-version reads a build such as "-aliyun.1" as a pre-release, which a
// constraint without one does not allow. For Alibaba Cloud, it is a release.
func allows(part *version.Constraint, v *version.Version) bool {
	if !part.Prerelease() {
		return part.Check(v.Core())
	}
	operator, rest := cutOperator(part)
	want, err := version.NewVersion(rest)
	if err != nil {
		return false
	}
	order := v.Compare(want)
	switch operator {
	case "!=":
		return order != 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	default:
		return order == 0
	}
}

// Runs reports whether the cluster runs a version that the constraint allows; nil allows any, including an unknown one.
func (r *Reading) Runs(c *Constraint) bool {
	return c == nil || r.CurrentVersion != nil && c.Allows(*r.CurrentVersion)
}

// OnOtherVersion reports whether the upgrade has ended according to the phase, but the cluster runs a version that the constraint
// does not allow. Then the previous upgrade has ended, not the expected one.
func (r *Reading) OnOtherVersion(c *Constraint) bool {
	return (r.Phase == PhaseIdle || r.Phase == PhaseSucceeded) && !r.Runs(c)
}
