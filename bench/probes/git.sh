#!/bin/sh
# Stands in for git on the PATH: notes every command, and every object that is asked of "git cat-file --batch".
PATH=$BENCH_PATH
case " $* " in
*" cat-file --batch "*)
  tee -a "$BENCH_LOG/objects" | git "$@"
  ;;
*)
  echo "$*" >>"$BENCH_LOG/commands"
  exec git "$@"
  ;;
esac
