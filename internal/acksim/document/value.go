package document

import (
	"encoding/json"
	"strconv"
	"time"
)

// Text reads a string.
func Text(to *string) Read {
	return Read{shape: textShape, Take: func(at string, n Node) error {
		if n.Kind() != "a string" {
			return n.Errorf(at, "it is %s: write a string, or leave the field out", n.Kind())
		}
		return json.Unmarshal(n.Raw, to)
	}}
}

// Number reads a whole number that is not 0.
func Number(to *int) Read {
	return Read{shape: numberShape, Take: func(at string, n Node) error {
		value, err := strconv.Atoi(string(n.Raw))
		if err != nil || value == 0 {
			return n.Errorf(at, "it is %s: write a whole number, 1 or more", n)
		}
		*to = value
		return nil
	}}
}

// Duration reads a duration that is not 0.
func Duration(to *time.Duration) Read {
	return Read{shape: durationShape, Take: func(at string, n Node) error {
		value, err := strconv.Unquote(string(n.Raw))
		if err == nil {
			*to, err = time.ParseDuration(value)
		}
		if err != nil || *to == 0 {
			return n.Errorf(at, `it is %s: write a duration, such as "500ms", "30s" or "1h30m"`, n)
		}
		return nil
	}}
}

// Probability reads a number, more than 0.
func Probability(to *float64) Read {
	return Read{shape: probabilityShape, Take: func(at string, n Node) error {
		value, err := strconv.ParseFloat(string(n.Raw), 64)
		if err != nil || value == 0 {
			return n.Errorf(at, "it is %s: write a number, more than 0 and up to 1", n)
		}
		*to = value
		return nil
	}}
}

// Unsigned reads a whole number that may be 0.
func Unsigned(to *uint64) Read {
	return Read{shape: unsignedShape, Take: func(at string, n Node) error {
		value, err := strconv.ParseUint(string(n.Raw), 10, 64)
		if err != nil {
			return n.Errorf(at, "it is %s: write a whole number, 0 or more", n)
		}
		*to = value
		return nil
	}}
}

// Expires reads a duration from the start of the simulator, or a time.
func Expires(after *time.Duration, at *time.Time) Read {
	return Read{shape: expiresShape, Take: func(field string, n Node) error {
		var value string
		if err := Text(&value).Take(field, n); err != nil {
			return err
		}
		var err error
		if *at, err = time.Parse(time.RFC3339, value); err == nil {
			return nil
		}
		if *after, err = time.ParseDuration(value); err != nil || *after == 0 {
			return n.Errorf(field, `%q is neither a duration nor a time: write "15m", or "2026-01-02T03:04:05Z"`, value)
		}
		return nil
	}}
}

// Boolean reads true or false.
func Boolean(to *bool) Read {
	return Read{shape: booleanShape, Take: func(at string, n Node) error {
		if n.Kind() != "a boolean" {
			return n.Errorf(at, "it is %s: write true or false, or leave the field out", n.Kind())
		}
		*to = n.Raw[0] == 't'
		return nil
	}}
}
