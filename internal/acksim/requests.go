package acksim

// Requests returns the newest 100,000 requests to ACK, oldest first. A request is there before its response goes out. Calls
// of the credential services are in Calls.
func (s *Simulator) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests.all()
}

// DroppedRequests returns how many requests Requests no longer knows of.
func (s *Simulator) DroppedRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests.dropped
}

// OnRequest has f called for each request to ACK from now on, before its response goes out, after those that were given
// before. Calls may be concurrent.
func (s *Simulator) OnRequest(f func(Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onRequest = append(s.onRequest, f)
}

// rememberRequest adds a request to the log, and notifies the listeners.
func (s *Simulator) rememberRequest(r Request) {
	for _, text := range []*string{
		&r.Method, &r.Path, &r.Query, &r.Region, &r.ClusterID, &r.TaskID, &r.AccessKeyID, &r.Identity, &r.Nonce, &r.UserAgent,
	} {
		*text = clip(*text)
	}
	s.mu.Lock()
	s.requests.add(r)
	listeners := s.onRequest // It is only appended to.
	s.mu.Unlock()
	for _, listen := range listeners {
		listen(r)
	}
}
