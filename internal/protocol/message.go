package protocol

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	_ "github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server" // Registers the messages of the protocol.
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// The Go types of the protocol's messages are internal to terraform-plugin-go, but it registers them by name. They are filled in and
// read by way of their JSON form.

const (
	service = "/tfplugin6.Provider/"
	prefix  = "tfplugin6."
)

// message returns a new message that is filled in from the JSON form of content, unless that is nil.
func message(name string, content any) (proto.Message, error) {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(prefix + name))
	if err != nil {
		return nil, err
	}
	m := kind.New().Interface()
	if content == nil {
		return m, nil
	}
	data, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return m, protojson.Unmarshal(data, m)
}

// read fills content in from a message.
func read(m proto.Message, content any) error {
	data, err := protojson.Marshal(m)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, content)
}

// call makes a call of one request and one response.
func (p *Process) call(ctx context.Context, method string, request, response any) error {
	in, err := message(method+".Request", request)
	if err != nil {
		return err
	}
	out, err := message(method+".Response", nil)
	if err != nil {
		return err
	}
	if err := p.conn.Invoke(ctx, service+method, in, out, grpc.MaxCallRecvMsgSize(64<<20)); err != nil {
		return err
	}
	return read(out, response)
}

// stream makes a call of one request and many events, and returns when they end.
func (p *Process) stream(ctx context.Context, method string, request any, event func(proto.Message) error) error {
	in, err := message(method+".Request", request)
	if err != nil {
		return err
	}
	stream, err := p.conn.NewStream(ctx, &grpc.StreamDesc{StreamName: method, ServerStreams: true}, service+method)
	if err != nil {
		return err
	}
	if err := errors.Join(stream.SendMsg(in), stream.CloseSend()); err != nil {
		return err
	}
	for {
		out, err := message(method+".Event", nil)
		if err != nil {
			return err
		}
		if err := stream.RecvMsg(out); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := event(out); err != nil {
			return err
		}
	}
}
