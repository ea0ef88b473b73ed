package operation

import (
	"net/url"
	"strconv"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
)

// Page is one page of a list.
type Page struct {
	// Number counts from 1.
	Number int
	// Size is how many elements a page has.
	Size int
}

// The sizes of a page. Neither is documented: clients request up to 100.
const (
	defaultPageSize = 10
	maxPageSize     = 100
)

// pageInfo is how a response says which page it is.
type pageInfo struct {
	PageNumber int `json:"page_number"`
	PageSize   int `json:"page_size"`
	TotalCount int `json:"total_count"`
}

// ReadPage reads which page is requested. It returns ACK's rejection of what is no page; which one ACK has is not known.
func ReadPage(query url.Values) (Page, *gateway.Rejection) {
	page := Page{Number: 1, Size: defaultPageSize}
	for name, to := range map[string]*int{"page_number": &page.Number, "page_size": &page.Size} {
		if !query.Has(name) {
			continue
		}
		value, err := strconv.Atoi(query.Get(name))
		if err != nil || value < 1 {
			return page, gateway.RejectParameter(name)
		}
		*to = value
	}
	return page, nil
}

// cut returns the elements of a page of a list, with the size of its pages, which is at most most.
func cut[T any](list []T, page Page, most int) ([]T, int) {
	size := min(page.Size, most)
	begin := len(list)
	if page.Number-1 < len(list)/size+1 { // Else it could overflow.
		begin = min(begin, (page.Number-1)*size)
	}
	return list[begin:min(len(list), begin+size)], size
}
