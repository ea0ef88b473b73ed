package protocol

import (
	"encoding/json"
	"fmt"
	"strings"
)

// SchemaDocument writes the schemas of the provider's actions in the form in which newer versions of Terraform write them, under
// action_schemas in the output of `providers schema -json`. Other CLIs leave them out.
func (p *Process) SchemaDocument() ([]byte, error) {
	all := make(map[string]any)
	for name, action := range p.schema.ActionSchemas {
		block, err := action.Schema.Block.document()
		if err != nil {
			return nil, fmt.Errorf("action %s: %w", name, err)
		}
		all[name] = map[string]any{"block": block}
	}
	return json.MarshalIndent(all, "", "  ")
}

func (b block) document() (map[string]any, error) {
	attributes, blocks := make(map[string]any), make(map[string]any)
	for _, a := range b.Attributes {
		if len(a.Type) == 0 {
			return nil, fmt.Errorf("attribute %s: a nested attribute is not known here", a.Name)
		}
		document := described(a.Description, a.DescriptionKind)
		document["type"] = json.RawMessage(a.Type)
		for property, is := range map[string]bool{"required": a.Required, "optional": a.Optional, "computed": a.Computed, "sensitive": a.Sensitive} {
			if is {
				document[property] = true
			}
		}
		attributes[a.Name] = document
	}
	for _, n := range b.BlockTypes {
		inner, err := n.Block.document()
		if err != nil {
			return nil, err
		}
		blocks[n.TypeName] = map[string]any{"nesting_mode": strings.ToLower(n.Nesting), "block": inner}
	}
	document := described(b.Description, b.DescriptionKind)
	document["attributes"], document["block_types"] = attributes, blocks
	return document, nil
}

// described holds a description, and its kind, which is left out in the protocol where it is plain.
func described(description, kind string) map[string]any {
	if kind == "" {
		kind = "plain"
	}
	return map[string]any{"description": description, "description_kind": strings.ToLower(kind)}
}
