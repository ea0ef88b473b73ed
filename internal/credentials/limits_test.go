package credentials

import (
	"fmt"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// maxCost is what a configuration file may cost to parse: all the memory that is allocated meanwhile. The costliest that
// we know of have as many profiles as there may be, and cost some 3 MiB beside the file itself.
const maxCost = 8 << 20

func allocated(f func()) (uint64, time.Duration) {
	total := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	before, started := total(), time.Now()
	f()
	elapsed := time.Since(started)
	return total() - before, elapsed
}

func TestAConfigFileCostsLittleMoreThanItsSize(t *testing.T) {
	around := func(before, repeated, after string) string {
		return before + strings.Repeat(repeated, (maxConfigFile-len(before)-len(after))/len(repeated)) + after
	}
	chain := `{"profiles":[{"name":"0"}`
	for i := 1; i < maxProfiles && len(chain) < maxConfigFile-200; i++ {
		chain += fmt.Sprintf(`,{"name":"%d","mode":"ChainableRamRoleArn","source_profile":"%d"}`, i, i-1)
	}
	padding := strings.Repeat(" ", 300)
	for name, data := range map[string]string{
		"empty profiles":            around(`{"profiles":[`, `{},`, `{}]}`),
		"nulls for profiles":        around(`{"profiles":[`, `null,`, `{}]}`),
		"numbers for profiles":      around(`{"profiles":[`, `1,`, `1]}`),
		"as many as there may be":   around(`{"profiles":[`, `{},`+strings.Repeat(" ", 260), `{}]}`),
		"many, and again a few":     around(`{"profiles":[`, `{},`, `{}],"profiles":[]}`),
		"a few, again and again":    around(`{`, `"profiles":[{},{}],`, `"profiles":[]}`),
		"none, again and again":     around(`{`, `"profiles":[],`, `"profiles":[]}`),
		"names in other cases":      around(`{`, `"PROFILES":[{}],"Profiles":[],`, `"current":""}`),
		"the same field":            around(`{"profiles":[{`, `"name":"a",`, `"name":"b"}]}`),
		"fields that nobody knows":  around(`{`, `"a":1,`, `"a":1}`),
		"one long name":             around(`{"profiles":[{"name":"`, `x`, `"}]}`),
		"one long name in escapes":  around(`{"profiles":[{"name":"`, `\u00e9`, `"}]}`),
		"nested arrays":             around(`{"a":`, `[`, ``),
		"nested objects":            around(``, `{"profiles":`, ``),
		"lines":                     around(`{`, "\n", `"current":1}`),
		"names of profiles":         around(`{"profiles":[`, `{"name":"a","policy":"`+padding+padding+`"},`, `{}]}`),
		"a chain of all profiles":   chain + `]}`,
		"a number that is too long": around(`{"profiles":[{"expired_seconds":`, `9`, `}]}`),
		"not JSON":                  around(``, `x`, ``),
	} {
		t.Run(name, func(t *testing.T) {
			var problem string
			cost, took := allocated(func() {
				file, err := parseConfigFile([]byte(data))
				if err == nil {
					_, err = file.profile("no")
				}
				if err == nil {
					t.Error("it has no such profile")
				} else {
					problem = err.Error()
				}
				if file != nil && len(file.Profiles) > 0 {
					if _, err := file.chain(&file.Profiles[len(file.Profiles)-1]); err != nil {
						t.Error(err)
					}
				}
			})
			if cost > maxCost || took > time.Minute || len(problem) > 4096 {
				t.Errorf("%d bytes in %s: %.200s", cost, took, problem)
			}
			t.Logf("%d bytes cost %.1f MiB in %s: %.100s", len(data), float64(cost)/(1<<20), took, problem)
		})
	}
}
