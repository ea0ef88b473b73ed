package fault

import (
	"bytes"
	"compress/gzip"
	"strconv"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// oversizedBy is how much white space follows an oversized body: more than a client should be willing to read.
const oversizedBy = 2 << 20

func oversize(a response.Response) response.Response {
	return a.With(append(bytes.Clone(a.Body), bytes.Repeat([]byte(" "), oversizedBy)...))
}

// encodeGBK puts a text in another encoding before a message or, without one, into its own member.
func encodeGBK(a response.Response) response.Response {
	const member, gbk = `"message":"`, "\xc9\xfd\xbc\xb6\xd6\xd0 " // "Upgrading", as it is written in China.
	if body := bytes.Replace(a.Body, []byte(member), []byte(member+gbk), 1); len(body) > len(a.Body) {
		return a.With(body)
	}
	return a.With(bytes.Replace(a.Body, []byte("{"), []byte(`{"note":"`+gbk+`",`), 1))
}

func cutGzip(a response.Response) response.Response {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(a.Body) // A buffer takes everything.
	_ = w.Close()
	a = a.With(packed.Bytes()[:packed.Len()/2])
	a.Header.Set("Content-Encoding", "gzip")
	return a
}

func promiseMore(a response.Response) response.Response {
	a = a.With(a.Body)
	a.Header.Set("Content-Length", strconv.Itoa(len(a.Body)+64))
	return a
}
