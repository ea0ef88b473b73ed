#!/bin/sh
# wait.sh CLUSTER: waits until no upgrade is under way. Exit code 0: the cluster is idle or the upgrade succeeded; 1: it failed,
# is paused or the wait times out; stderr has the reason. TF=tofu uses OpenTofu.
set -eu
tf=${TF:-terraform}
cd "$(dirname "$0")"
"$tf" init -input=false -no-color >/dev/null
exec "$tf" plan -input=false -lock=false -no-color -var="cluster_id=$1"
