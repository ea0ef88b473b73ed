package protocol

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schemas is what of the response to GetProviderSchema is used here. Names are those of the protocol's JSON form.
type schemas struct {
	Provider      schema `json:"provider"`
	ActionSchemas map[string]struct {
		Schema schema `json:"schema"`
	} `json:"actionSchemas"`
}

type schema struct {
	Block block `json:"block"`
}

type block struct {
	Attributes      []attribute   `json:"attributes"`
	BlockTypes      []nestedBlock `json:"blockTypes"`
	Description     string        `json:"description"`
	DescriptionKind string        `json:"descriptionKind"`
}

type attribute struct {
	Name            string `json:"name"`
	Type            []byte `json:"type"`
	Description     string `json:"description"`
	DescriptionKind string `json:"descriptionKind"`
	Required        bool   `json:"required"`
	Optional        bool   `json:"optional"`
	Computed        bool   `json:"computed"`
	Sensitive       bool   `json:"sensitive"`
}

type nestedBlock struct {
	TypeName string `json:"typeName"`
	Block    block  `json:"block"`
	Nesting  string `json:"nesting"`
}

// objectType returns the type of a block's value.
func (b block) objectType() (tftypes.Object, error) {
	all := tftypes.Object{AttributeTypes: make(map[string]tftypes.Type)}
	for _, a := range b.Attributes {
		kind, err := tftypes.ParseJSONType(a.Type) //nolint:staticcheck // Deprecated for providers; there is no other reader of types.
		if err != nil {
			return all, fmt.Errorf("type of %s: %w", a.Name, err)
		}
		all.AttributeTypes[a.Name] = kind
	}
	for _, n := range b.BlockTypes {
		inner, err := n.Block.objectType()
		if err != nil {
			return all, err
		}
		switch n.Nesting {
		case "SINGLE":
			all.AttributeTypes[n.TypeName] = inner
		case "LIST":
			all.AttributeTypes[n.TypeName] = tftypes.List{ElementType: inner}
		default:
			return all, fmt.Errorf("block %s: nesting %s is not known here", n.TypeName, n.Nesting)
		}
	}
	return all, nil
}

// dynamicValue is a value on the wire.
type dynamicValue struct {
	MsgPack []byte `json:"msgpack"`
}

// value makes the value of a block that a CLI would send, of a configuration in the form of JSON. What it leaves out is null.
func (b block) value(configuration map[string]any) (dynamicValue, error) {
	kind, err := b.objectType()
	if err != nil {
		return dynamicValue{}, err
	}
	data, err := json.Marshal(configuration)
	if err != nil {
		return dynamicValue{}, err
	}
	value, err := tftypes.ValueFromJSON(data, kind) //nolint:staticcheck // As above.
	if err != nil {
		return dynamicValue{}, err
	}
	wire, err := tfprotov6.NewDynamicValue(kind, value)
	return dynamicValue{MsgPack: wire.MsgPack}, err
}
