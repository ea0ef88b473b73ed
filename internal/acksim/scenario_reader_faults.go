package acksim

import "strconv"

func (r scenarioReader) faults(to *[]Fault) read {
	return r.array(func(at string, n node) error {
		var f Fault
		err := r.object(at, n, map[string]read{
			"kind":        text((*string)(&f.Kind)),
			"cluster":     text(&f.Cluster),
			"after":       number(&f.After),
			"count":       number(&f.Count),
			"probability": probability(&f.Probability),
			"status":      number(&f.Status),
			"code":        text(&f.Code),
			"time_left":   duration(&f.TimeLeft),
			"retry_after": duration(&f.RetryAfter),
			"body":        text((*string)(&f.Body)),
			"skew":        duration(&f.Skew),
			"for":         duration(&f.For),
			"http": func(at string, n node) error {
				f.HTTP = &HTTPAnswer{Status: 200}
				return r.httpAnswer(f.HTTP, at, n)
			},
		})
		*to = append(*to, f)
		return err
	})
}

func probability(to *float64) read {
	return func(at string, n node) error {
		value, err := strconv.ParseFloat(string(n.raw), 64)
		if err != nil || value == 0 {
			return n.faulty(at, "it is %s: write a number, more than 0 and up to 1", n)
		}
		*to = value
		return nil
	}
}

func seed(to *uint64) read {
	return func(at string, n node) error {
		value, err := strconv.ParseUint(string(n.raw), 10, 64)
		if err != nil {
			return n.faulty(at, "it is %s: write a whole number, 0 or more", n)
		}
		*to = value
		return nil
	}
}
