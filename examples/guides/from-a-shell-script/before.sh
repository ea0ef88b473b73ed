#!/bin/sh
# What many pipelines have: poll with the aliyun CLI until the upgrade is over.
set -eu
cluster=$1
for _ in $(seq 120); do
	status=$(aliyun cs GET "/api/v2/clusters/$cluster/upgrade/status" | jq -r .status)
	case $status in
	success) exit 0 ;;
	fail) exit 1 ;;
	esac
	sleep 30
done
exit 1
