package page

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

//go:embed assets
var assets embed.FS

// contentTypes has what the page consists of. Not by the names' endings: what a system makes of those differs.
var contentTypes = map[string]string{
	"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml",
	"app.js": scriptType, "card.js": scriptType, "element.js": scriptType, "requests.js": scriptType, "steps.js": scriptType, "words.js": scriptType,
}

const scriptType = "text/javascript; charset=utf-8"

// headerToken is the header that a change has to carry. A form of another site cannot set it.
const headerToken = "X-Acksim-Token"

// maxAction is how much of the body of a change is read.
const maxAction = 4 << 10

// Page shows a simulator. It is made with New.
type Page struct {
	simulator *acksim.Simulator
	about     string
	secret    string // The path.
	token     string // What a change has to carry.
	requests  requests
	document  []byte
}

// New returns the page of a simulator. About says what is played. It shows the requests that are made from now on.
func New(simulator *acksim.Simulator, about string) *Page {
	p := &Page{
		simulator: simulator, about: about, secret: rand.Text(), token: rand.Text(),
		requests: requests{knows: simulator.Knows, known: make(map[string]*log)},
	}
	var document bytes.Buffer
	page := template.Must(template.ParseFS(assets, "assets/index.html"))
	if err := page.Execute(&document, map[string]string{"Token": p.token, "About": about}); err != nil {
		panic(err) // The template and what it is given are part of the program.
	}
	p.document = document.Bytes()
	simulator.OnRequest(p.requests.add)
	return p
}

// Start serves the page on a free port of this machine's loopback address until ctx ends, and returns the server and the address.
func (p *Page) Start(ctx context.Context, o acksim.Options) (server *acksim.Server, address string, err error) {
	o.Listen, o.TLS = "127.0.0.1:0", false
	if server, err = acksim.Start(ctx, p, o); err != nil {
		return nil, "", fmt.Errorf("starting the page: %w", err)
	}
	return server, "http://" + server.Endpoint() + "/" + p.secret + "/", nil
}

// ServeHTTP implements http.Handler.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guarded(p.secret, http.HandlerFunc(p.serve)).ServeHTTP(w, r)
}

// serve serves what is below the secret path.
func (p *Page) serve(w http.ResponseWriter, r *http.Request) {
	method := http.MethodGet
	if r.URL.Path == "/act" {
		method = http.MethodPost
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		http.Error(w, "Use "+method+".", http.StatusMethodNotAllowed)
		return
	}
	switch r.URL.Path {
	case "/":
		write(w, "text/html; charset=utf-8", p.document)
	case "/state":
		body, err := json.Marshal(p.state(readFilter(r)))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		write(w, "application/json", body)
	case "/act":
		p.act(w, r)
	default:
		name := r.URL.Path[min(1, len(r.URL.Path)):]
		body, err := assets.ReadFile("assets/" + name)
		if contentTypes[name] == "" || err != nil {
			http.Error(w, "Not found.", http.StatusNotFound)
			return
		}
		write(w, contentTypes[name], body)
	}
}

// act changes an upgrade.
func (p *Page) act(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get(headerToken)), []byte(p.token)) != 1 {
		http.Error(w, "The token is missing or wrong. Reload the page.", http.StatusForbidden)
		return
	}
	var action struct {
		Cluster string              `json:"cluster"`
		Action  acksim.Intervention `json:"action"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAction))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&action); err != nil {
		http.Error(w, `Send {"cluster": "...", "action": "..."}.`, http.StatusBadRequest)
		return
	}
	switch err := p.simulator.Intervene(action.Cluster, action.Action); {
	case errors.Is(err, acksim.ErrUnknownCluster):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func write(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(body) //nolint:gosec // The page's own files and JSON, each with its content type. An error is that the browser has left.
}
