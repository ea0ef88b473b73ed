package page

import (
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

// Of each cluster, the page keeps the newest requests. A simulator has at most some ten thousand clusters, and a request takes
// some hundred bytes. Of requests for clusters that it does not have, or for none, it keeps as many in all.
const keptRequests = 40

// request is one request as the page shows it. It holds nothing of the keys that signed it.
type request struct {
	Time      int64  `json:"time"` // In milliseconds since 1970, as JavaScript counts.
	Operation string `json:"operation"`
	Cluster   string `json:"cluster,omitempty"` // Only where the cluster is not clear.
	Status    int    `json:"status"`
	Code      string `json:"code,omitempty"`
	Fault     string `json:"fault,omitempty"`
	Step      int    `json:"step,omitempty"`
}

// log holds the requests against one cluster.
type log struct {
	newest []request // Oldest first.
	count  int
}

func (l *log) add(r request) {
	l.count++
	l.newest = append(l.newest, r)
	if extra := len(l.newest) - keptRequests; extra > 0 {
		l.newest = append(l.newest[:0], l.newest[extra:]...)
	}
}

// requests holds the requests against all clusters. It is safe for concurrent use.
type requests struct {
	knows func(clusterID string) bool

	mu    sync.Mutex
	count int
	known map[string]*log
	other log
}

// add takes in a request.
func (q *requests) add(r acksim.Request) {
	known := r.ClusterID != "" && q.knows(r.ClusterID)
	one := request{
		Time: r.Time.UnixMilli(), Operation: r.Operation, Status: r.Status, Code: r.Code, Fault: string(r.Fault), Step: r.Step,
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.count++
	if !known {
		one.Cluster = r.ClusterID
		q.other.add(one)
		return
	}
	if q.known[r.ClusterID] == nil {
		q.known[r.ClusterID] = &log{}
	}
	q.known[r.ClusterID].add(one)
}

// of returns a copy of the requests against a cluster.
func (q *requests) of(clusterID string) log {
	q.mu.Lock()
	defer q.mu.Unlock()
	if l := q.known[clusterID]; l != nil {
		return l.copy()
	}
	return log{}
}

// rest returns a copy of those against no cluster that there is, and how many requests there were in all.
func (q *requests) rest() (other log, count int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.other.copy(), q.count
}

// active returns the clusters that were requested.
func (q *requests) active() map[string]bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	ids := make(map[string]bool, len(q.known))
	for id := range q.known {
		ids[id] = true
	}
	return ids
}

func (l *log) copy() log { return log{newest: append([]request{}, l.newest...), count: l.count} }

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
