#!/bin/sh
# Three jobs of a pipeline: pipeline.sh plan | apply | drift. TF=tofu uses OpenTofu.
set -eu
tf=${TF:-terraform}

case ${1:-} in
plan | apply | drift) "$tf" init -input=false ;;
*)
	echo "usage: $0 plan | apply | drift" >&2
	exit 64
	;;
esac

case $1 in
plan) # For a pull request: an upgrade that is under way does not stop it. Keep plan.bin for the job that applies it.
	"$tf" plan -input=false -out=plan.bin
	;;
apply) # After the approval, an hour or a day later: the gate is checked now, independent of the plan.
	"$tf" apply -input=false plan.bin
	;;
drift) # Every night, maintenance window or not. Exit code 0: no drift; 2: drift; 1: an error.
	"$tf" plan -input=false -lock=false -detailed-exitcode
	;;
esac
