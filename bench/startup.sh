#!/usr/bin/env bash
# Measures how long a server takes from the command to ready, and what a second one on the same files adds in memory.
#
#   bench/startup.sh MODEL_DIR [PRECISION] [RUNS]      defaults: int8, 5
#
# Ready is when the gateway's health service answers SERVING; the server says so on standard output at the same moment, which is
# what is timed. Graphs are prepared by a run that is not counted. Linux only: memory is read from /proc.
set -euo pipefail

if (($# < 1)); then
  sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
readonly model=$1 precision=${2:-int8} runs=${3:-5}
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly root
folder=$(mktemp -d)
readonly folder
servers=()

finish() {
  if ((${#servers[@]})); then
    kill "${servers[@]}" 2>/dev/null || true
    wait "${servers[@]}" 2>/dev/null || true
  fi
  rm -rf -- "$folder"
}
trap finish EXIT

if ! [[ $root/cli/target/argus-serve.aot -nt $root/bench/target/class-path ]]; then
  echo 'Maven built this alone, without what quickens the start: touch pom.xml && ./argus --version' >&2
fi

# Starts a server and waits until it says that it is ready: milliseconds in $elapsed, its process in $server.
start() {
  local out=$folder/out.${#servers[@]} began line
  rm -f -- "$out"
  mkfifo "$out"
  began=$(date +%s%N)
  "$root/argus" serve --model "$model" --precision "$precision" --port 0 --http-port 0 >"$out" 2>"$out.err" &
  server=$!
  servers+=("$server")
  exec 3<"$out"
  if ! IFS= read -r line <&3; then
    cat -- "$out.err" >&2
    exit 1
  fi
  elapsed=$((($(date +%s%N) - began) / 1000000))
}

stop() {
  exec 3<&-
  kill "${servers[@]}"
  wait "${servers[@]}" 2>/dev/null || true
  servers=()
}

# A line of a process's /proc/PID/smaps_rollup, in MiB.
memory() {
  awk -v key="$2:" '$1 == key { printf "%d", $2 / 1024 }' "/proc/$1/smaps_rollup"
}

show_memory() {
  printf '%s: RSS %s MiB, PSS %s MiB, anonymous %s MiB\n' "$1" "$(memory "$2" Rss)" "$(memory "$2" Pss)" "$(memory "$2" Pss_Anon)"
}

printf '%s at %s, %s processors, load %s, %s\n' "$model" "$precision" "$(nproc)" "$(cut -d ' ' -f 1 /proc/loadavg)" \
  "$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo 'no commit')"
start
printf 'first start, with whatever had to be prepared: %d ms\n' "$elapsed"
stop

times=()
for ((run = 1; run <= runs; run++)); do
  start
  printf 'start %d: %d ms\n' "$run" "$elapsed"
  times+=("$elapsed")
  stop
done
printf 'median of %d: %d ms\n' "$runs" "$(printf '%s\n' "${times[@]}" | sort -n | sed -n "$(((runs + 1) / 2))p")"

start
first=$server
alone=$(memory "$first" Pss)
show_memory 'one server' "$first"
start
second=$server
show_memory 'the first of two' "$first"
show_memory 'the second' "$second"
printf 'a second server adds %d MiB\n' "$(($(memory "$first" Pss) + $(memory "$second" Pss) - alone))"
stop
