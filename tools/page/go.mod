module github.com/ackupgrade/terraform-provider-ackupgrade/tools/page

go 1.26.8

require (
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/hashicorp/go-version v1.9.0 // indirect
)

require (
	github.com/ackupgrade/terraform-provider-ackupgrade v0.0.0
	github.com/chromedp/cdproto v0.159.0
	github.com/chromedp/chromedp v0.23.0
)

replace github.com/ackupgrade/terraform-provider-ackupgrade => ../..
