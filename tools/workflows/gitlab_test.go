package workflows

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// gitlabKeys are the keys of a job that the pipelines of the docs use, of those that GitLab knows.
var gitlabKeys = []string{
	"after_script", "artifacts", "before_script", "environment", "id_tokens", "image", "needs", "resource_group", "rules", "script", "stage", "timeout",
	"variables",
}

// A pipeline of GitLab that is copied from the docs is valid: its keys are known, and its stages and jobs exist.
func TestTheGitLabPipelinesOfTheDocs(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "guides", "*", "gitlab-ci.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pipeline: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range checkGitLab(text) {
			t.Errorf("%s: %s", file, problem)
		}
	}
}

func checkGitLab(text []byte) (problems []string) {
	var pipeline map[string]yaml.Node
	if err := yaml.Unmarshal(text, &pipeline); err != nil {
		return []string{err.Error()}
	}
	var stages []string
	node := pipeline["stages"]
	if err := node.Decode(&stages); err != nil {
		return []string{"stages: " + err.Error()}
	}
	jobs := make(map[string]map[string]any)
	for name, node := range pipeline {
		if name == "stages" || name == "default" || name == "variables" || name == "workflow" {
			continue
		}
		job := make(map[string]any)
		if err := node.Decode(&job); err != nil {
			return []string{name + ": " + err.Error()}
		}
		jobs[name] = job
	}
	if len(jobs) == 0 {
		return []string{"no job"}
	}
	for name, job := range jobs {
		for key := range job {
			if !slices.Contains(gitlabKeys, key) {
				problems = append(problems, name+": unknown key "+key)
			}
		}
		if script, ok := job["script"].([]any); !ok || len(script) == 0 {
			problems = append(problems, name+": no script")
		}
		if stage, _ := job["stage"].(string); !slices.Contains(stages, stage) {
			problems = append(problems, name+": unknown stage "+stage)
		}
		needs, _ := job["needs"].([]any)
		for _, need := range needs {
			if other, _ := need.(string); jobs[other] == nil {
				problems = append(problems, name+": unknown job "+other)
			}
		}
	}
	return problems
}

func TestWhatIsWrongWithAGitLabPipeline(t *testing.T) {
	const good = "stages: [a]\njob:\n  stage: a\n  needs: [job]\n  script: [make]\n"
	if problems := checkGitLab([]byte(good)); len(problems) > 0 {
		t.Error(problems)
	}
	for old, replacement := range map[string]string{
		"stage: a": "stage: b", "[job]": "[other]", "  script: [make]\n": "  timeout: 1h\n", "needs": "need", "[a]": "{", "job:\n  stage: a\n  needs: [job]\n  script: [make]\n": "",
	} {
		if len(checkGitLab([]byte(strings.Replace(good, old, replacement, 1)))) == 0 {
			t.Errorf("%q in place of %q is not found", replacement, old)
		}
	}
}
