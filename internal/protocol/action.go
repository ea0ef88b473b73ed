package protocol

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
)

// Diagnostic is an error or a warning of the provider.
type Diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
}

// diagnosed is a response that has nothing but diagnostics.
type diagnosed struct {
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// Configure configures the provider.
func (p *Process) Configure(ctx context.Context, configuration map[string]any) ([]Diagnostic, error) {
	config, err := p.schema.Provider.Block.value(configuration)
	if err != nil {
		return nil, err
	}
	var response diagnosed
	err = p.call(ctx, "ConfigureProvider", map[string]any{"terraformVersion": "1.14.0", "config": config}, &response)
	return response.Diagnostics, err
}

// Stop requests the provider to stop, as the first Ctrl-C does.
func (p *Process) Stop(ctx context.Context) error {
	var response struct {
		Error string `json:"Error"`
	}
	if err := p.call(ctx, "StopProvider", nil, &response); err != nil {
		return err
	}
	if response.Error != "" {
		return errors.New(response.Error)
	}
	return nil
}

// Validate validates the configuration of an action.
func (p *Process) Validate(ctx context.Context, action string, configuration map[string]any) ([]Diagnostic, error) {
	return p.about(ctx, "ValidateActionConfig", action, configuration)
}

// Plan plans an action.
func (p *Process) Plan(ctx context.Context, action string, configuration map[string]any) ([]Diagnostic, error) {
	return p.about(ctx, "PlanAction", action, configuration)
}

func (p *Process) about(ctx context.Context, method, action string, configuration map[string]any) ([]Diagnostic, error) {
	request, err := p.actionRequest(action, configuration)
	if err != nil {
		return nil, err
	}
	var response diagnosed
	err = p.call(ctx, method, request, &response)
	return response.Diagnostics, err
}

// ErrNoCompletion says that an action's stream ended without a completion.
var ErrNoCompletion = errors.New("the stream ended without a completion")

// Invoke invokes an action, passes on each progress message as it comes, and returns the diagnostics that it ends with. An end
// without any completion is ErrNoCompletion.
func (p *Process) Invoke(ctx context.Context, action string, configuration map[string]any, progress func(string)) ([]Diagnostic, error) {
	request, err := p.actionRequest(action, configuration)
	if err != nil {
		return nil, err
	}
	type event struct {
		Progress *struct {
			Message string `json:"message"`
		} `json:"progress"`
		Completed *diagnosed `json:"completed"`
	}
	var completed *diagnosed
	err = p.stream(ctx, "InvokeAction", request, func(m proto.Message) error {
		var e event
		if err := read(m, &e); err != nil {
			return err
		}
		switch {
		case completed != nil:
			return errors.New("an event after the completion")
		case e.Progress != nil:
			progress(e.Progress.Message)
		default:
			completed = e.Completed
		}
		return nil
	})
	if err == nil && completed == nil {
		err = ErrNoCompletion
	}
	if err != nil {
		return nil, err
	}
	return completed.Diagnostics, nil
}

func (p *Process) actionRequest(action string, configuration map[string]any) (map[string]any, error) {
	schema, ok := p.schema.ActionSchemas[action]
	if !ok {
		return nil, fmt.Errorf("the provider has no action %s", action)
	}
	config, err := schema.Schema.Block.value(configuration)
	return map[string]any{"actionType": action, "config": config}, err
}
