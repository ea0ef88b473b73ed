package summary

import "strings"

const taskNoun = "task "

// Cluster is the subject of a read of one cluster.
func Cluster(id string) string { return "cluster " + id }

// Task is the subject of a read of one task.
func Task(id string) string { return taskNoun + id }

func isTask(subject string) bool { return strings.HasPrefix(subject, taskNoun) }

// work is what a wait for the subject waits for.
func work(subject string) string {
	if isTask(subject) {
		return subject
	}
	return "the upgrade of " + subject
}

func capitalized(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}
