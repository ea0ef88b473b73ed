package provider

import "strings"

// subject is what a read is about, for messages: a cluster, or one task.
type subject struct{ noun, id string }

const (
	nounCluster = "cluster"
	nounTask    = "task"
)

func clusterSubject(id string) subject { return subject{nounCluster, id} }

func taskSubject(id string) subject { return subject{nounTask, id} }

// name names the subject inside a sentence: cluster c1.
func (s subject) name() string { return s.noun + " " + s.id }

// title names the subject at the beginning of a sentence: Cluster c1.
func (s subject) title() string { return capitalized(s.name()) }

// workNoun names what a wait for the subject waits for: the upgrade, or the task.
func (s subject) workNoun() string {
	if s.noun == nounTask {
		return "the task"
	}
	return "the upgrade"
}

// capitalized begins a text with a capital.
func capitalized(text string) string {
	return strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
}
