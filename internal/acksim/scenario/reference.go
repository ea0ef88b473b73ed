package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// referenceHead is the beginning of the reference page.
const referenceHead = `---
page_title: "Scenario format of the simulator"
description: |-
  Every field of a scenario file of acksim, the simulated ACK, and the scenarios that acksim comes with.
---

# Scenario format of the simulator

<!-- Made from the tables by which a scenario is read: make generate. -->

` + "`acksim` is the simulated ACK, see [the simulator](simulator.md). It plays a scenario: a JSON file that says which clusters there are, " +
	"how their upgrades go, and what goes wrong. A field that is not described here is refused, with its line.\n\n" +
	"`acksim -schema >scenario.schema.json` writes a JSON schema. With it, an editor completes the fields, explains them, and marks mistakes: " +
	"`\"$schema\": \"./scenario.schema.json\"` in the scenario says where it is.\n\n" +
	"A duration is a string such as `500ms`, `30s` or `1h30m`; a time is one such as `2026-01-02T03:04:05Z`.\n\n" +
	"```json\n"

// Reference returns the page that describes the scenario file, in Markdown. It is made from the tables by which a file is read.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead + Example + "```\n")
	all := slices.Concat(readySections(), sections())
	titles := make(map[string]bool)
	for _, s := range all {
		titles[s.title] = true
	}
	for _, s := range all {
		title := s.title
		if title == strings.ToLower(title) {
			title = "`" + title + "`" // The name of a field.
		}
		fmt.Fprintf(&b, "\n## %s\n\n", title)
		if s.about != "" {
			b.WriteString(document.Capital(s.about) + "\n\n")
		}
		if len(s.rows) > 0 {
			table(&b, s.rows, titles)
		}
	}
	return strings.TrimSuffix(b.String(), "\n") + "\n"
}

// table writes rows as a table: fields with their types, everything else without.
func table(b *strings.Builder, rows []document.Row, titles map[string]bool) {
	areFields := slices.ContainsFunc(rows, func(r document.Row) bool { return r.Type != "" })
	if areFields {
		b.WriteString("| Field | Type | Required | Meaning |\n|---|---|---|---|\n")
	} else {
		b.WriteString("| Name | Meaning |\n|---|---|\n")
	}
	for _, row := range rows {
		help := strings.ReplaceAll(document.Capital(row.Help), "|", `\|`)
		if row.Described && titles[row.Name] {
			help += fmt.Sprintf(": see [%s](#%s)", row.Name, row.Name)
		}
		if areFields {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", row.Name, row.Type, row.Need, help)
		} else {
			fmt.Fprintf(b, "| `%s` | %s |\n", row.Name, help)
		}
	}
}
