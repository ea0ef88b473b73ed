package main

import (
	"flag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// The parts of the help that are in no table.
const (
	helpAbout = "acksim simulates the part of Alibaba Cloud ACK that the ackupgrade provider uses: see upgrades, wait for them and gate on " +
		"them without an account. It checks signature, date, nonce, key and security token of every request as the real gateway does, " +
		"and responds from a scenario. It also simulates the credential services: STS (AssumeRole and AssumeRoleWithOIDC), the " +
		"metadata service of an ECS instance, and a credentials URI."
	helpUsage = `
Usage:
  acksim [flags]                      run until Ctrl-C; print the environment for the provider
  acksim [flags] -- command args...   run a command with that environment, end with its exit code

Flags:
`
	helpEnvironment = `
Environment for the provider, set in the second form and printed in the first:
`
	helpConfiguration = `
Without -tls, the configuration needs:
  provider "ackupgrade" {
    protocol = "HTTP"
  }
Roles need -tls, and the endpoint of STS, which has no variable of its own, in the configuration:
  variable "sts_endpoint" {}
  provider "ackupgrade" {
    endpoints {
      sts = var.sts_endpoint
    }
    assume_role {
      role_arn = "acs:ram::1234567890123456:role/acksim-deploy"
    }
  }
`
	helpStays = `
One simulator for plan and apply: start it on a fixed port, and let it run. Timelines continue
from plan to apply. In the second form above, each command has its own simulator, whose timelines
start again. In one shell:
  acksim -listen 127.0.0.1:8089
In another shell, run the lines that it has printed, and then:
  terraform plan -out=saved.tfplan
  terraform apply saved.tfplan
The port stays the same, so the lines are good for the next simulator on it too.

`
)

// help is what -help prints: all lists in it are made from the tables that the code works by.
func help() string {
	return document.Paragraph(helpAbout) +
		helpUsage + document.Describe(flagRows()) +
		helpEnvironment + document.Describe(variableHelp) +
		helpConfiguration + helpStays + scenario.Help()
}

func flagRows() []document.Row {
	var rows []document.Row
	flagSet(&flags{}).VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" {
			usage += " (" + f.DefValue + ")"
		}
		name := "-" + f.Name
		if value != "" {
			name += " " + value
		}
		rows = append(rows, document.Row{Name: name, Help: usage})
	})
	return append(rows, document.Row{Name: "-help", Help: "print this"})
}
