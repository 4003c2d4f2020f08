#!/usr/bin/env bash
# Checks and measures Argus on the GPU of the machine that this runs on, from what pack.sh packed.
#
#   ./run.sh [--device cuda:0] [--work FOLDER] [--results FOLDER] [--quick] [STEP...]
#
# The archive's parts lie beside this script; they are joined and unpacked into the work folder (lab) once. Steps, in this order,
# all by default; each goes on where the ones before it have been done in that work folder:
#
#   golden    the reference implementation's conversations at fp32, fp16 and bf16, and at these with the language model at fp32:
#             how far visual tokens, logits and answers are from its own; at fp16 and bf16 with CUDA graphs too
#   smolvlm   SmolVLM-256M's true size with random weights, one request at a time, at fp32, bf16, fp16, int8: graphs, bytes exchanged
#             with the device in a decode step, time to first token by stage of pictures of 640x480 (13 tiles), tokens per second;
#             at bf16 and fp16 with CUDA graphs too; beside it PyTorch transformers at fp32 and bf16, where python3 has both
#   internvl  InternVL3-2B, likewise
#
# --quick measures everything once. --device cpu runs on the processor, at fp32 and int8: a trial of all this without a GPU. Both
# together take a tiny InternVL for InternVL3-2B, which takes 20 GiB of memory there. PYTHON names another python3.
# Results are a text and a JSON file for each measurement, and summary.txt, which says which ended and which failed.
# Needs Linux on x86-64, xz, and for a GPU the driver, and CUDA 12 or 13 and cuDNN 9, installed or as Python packages.
set -euo pipefail

usage() {
  sed -n '2,20s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

fail() {
  printf 'run.sh: %s\n' "$*" >&2
  exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly here
device=cuda:0 work=lab results=results runs=10 steps=()
while (($#)); do
  case $1 in
    --help | -h) usage && exit ;;
    --device) device=${2:?--device needs a name} && shift 2 ;;
    --work) work=${2:?--work needs a folder} && shift 2 ;;
    --results) results=${2:?--results needs a folder} && shift 2 ;;
    --quick) runs=1 && shift ;;
    golden | smolvlm | internvl) steps+=("$1") && shift ;;
    *) fail "there is no option or step $1; see --help" ;;
  esac
done
readonly device runs python=${PYTHON:-python3}
((${#steps[@]})) || steps=(golden smolvlm internvl)
mkdir -p -- "$work" "$results"
work=$(cd -- "$work" && pwd -P)
results=$(cd -- "$results" && pwd -P)
readonly work results lab=$work/argus-gpu-lab summary=$results/summary.txt

unpack() {
  [[ -e $work/unpacked ]] && return
  compgen -G "$here/argus-gpu-lab.tar.xz.*" >/dev/null || fail "there are no parts of the archive beside this script"
  cat -- "$here"/argus-gpu-lab.tar.xz.* | xz -dc | tar -C "$work" -xf -
  touch -- "$work/unpacked"
}

# Folders that may hold CUDA's libraries, where the system's loader does not look by itself.
cuda_folders() {
  compgen -G '/usr/local/cuda*/lib64' || true
  if command -v python3 >/dev/null; then
    python3 -c 'import sys
for folder in sys.path: print(folder)' | while IFS= read -r folder; do
      compgen -G "$folder/nvidia/*/lib" || true
    done
  fi
}

# Lets the loader find CUDA; where there is 13 and no 12, by the bridges.
find_cuda() {
  local folders
  folders=$(cuda_folders | paste -s -d :)
  export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folders
  if ! found libcublas.so.12 && found libcublas.so.13; then
    export LD_LIBRARY_PATH=$lab/bridges:$LD_LIBRARY_PATH
    note 'CUDA 13 through the bridges'
  fi
}

found() {
  ldconfig -p 2>/dev/null | grep -q "$1" && return
  local folder
  while IFS= read -r folder; do
    [[ -e $folder/$1 ]] && return
  done < <(tr ':' '\n' <<<"$LD_LIBRARY_PATH")
  return 1
}

note() {
  printf '%s\n' "$*" | tee -a "$summary"
}

argus() {
  RUST_FLAVOR=cpu LC_ALL=C.UTF-8 "$lab/java/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+UseSerialGC -Djava.awt.headless=true "-Ddev.argus.home=$lab" "-Donnxruntime.native.path=$lab/native" \
    -cp "$lab/lib/*" dev.argus.cli.Main "$@"
}

# Runs a measurement, its output into NAME.txt. One that fails is noted, and the next one is run.
measure() {
  local name=$1 began=$SECONDS outcome=ended
  shift
  if ! argus "$@" >"$results/$name.txt" 2>&1; then
    outcome=FAILED
    failed=1
  fi
  note "$name: $outcome after $((SECONDS - began)) s; see $name.txt"
}

golden() {
  local encoder decoder name
  for name in "$@"; do
    encoder=${name%+*} decoder=${name#*+}
    measure "golden-$name" bench golden "$lab/testdata/golden" --device "$device" --precision "$encoder" \
      --decoder-precision "$decoder" --json "$results/golden-$name.json"
  done
  for name in "${recorded[@]}"; do
    measure "golden-$name-recorded" bench golden "$lab/testdata/golden" --device "$device" --precision "$name" --cuda-graphs \
      --json "$results/golden-$name-recorded.json"
  done
}

# The same work by PyTorch transformers, where this machine's Python has them.
transformers() {
  local name=$1 prompt=$2 checkpoint=$3 precision began outcome
  if ! "$python" -c 'import torch, transformers' 2>/dev/null; then
    note "$name-transformers: skipped, because $python has not both torch and transformers"
    return
  fi
  for precision in "${peers[@]}"; do
    began=$SECONDS outcome=ended
    if ! "$python" "$here/transformers_bench.py" --model "$checkpoint" --device "$device" --precision "$precision" \
      --prompt "$prompt" --runs "$runs" --json "$results/$name-transformers-$precision.json" \
      >"$results/$name-transformers-$precision.txt" 2>&1; then
      outcome=FAILED
      failed=1
    fi
    note "$name-transformers-$precision: $outcome after $((SECONDS - began)) s; see $name-transformers-$precision.txt"
  done
}

# A model at true size, one request at a time, about pictures of 13 tiles: its graphs and what a decode step exchanges with the
# device, all precisions in turns; then time to first token by stage and tokens per second as it is served, at each precision.
model() {
  local name=$1 prompt=$2 precision checkpoint=$work/$1
  shift 2
  [[ -d $checkpoint ]] || measure "$name-checkpoint" make-checkpoint --arch "$name" "$checkpoint"
  graphs "$name" "$prompt" "$@"
  for precision in "$@"; do
    serve "$name" "$precision"
  done
  graphs "$name-recorded" "$prompt" "${recorded[@]}" --cuda-graphs
  for precision in "${recorded[@]}"; do
    serve "$name" "$precision" --cuda-graphs
  done
  transformers "$name" "$prompt" "$checkpoint"
}

# NAME PROMPT PRECISION... [OPTION]: of the checkpoint of that name.
graphs() {
  local name=$1 prompt=$2 checkpoint=$work/${1%-recorded} precisions=() options=() each
  shift 2
  for each in "$@"; do
    if [[ $each == --* ]]; then options+=("$each"); else precisions+=("$each"); fi
  done
  measure "$name-graphs" bench graphs --model "$checkpoint" --device "$device" "${options[@]}" \
    --precision "$(paste -s -d , <(printf '%s\n' "${precisions[@]}"))" --batch 1 --runs "$runs" --prompt "$prompt" \
    --context "$prompt" --export "$checkpoint-export" --json "$results/$name-graphs.json"
}

# NAME PRECISION [OPTION].
serve() {
  local name=$1 precision=$2 result
  shift 2
  result=$name-serve-$precision${1:+-recorded}
  measure "$result" bench serve --model "$work/$name" --device "$device" --precision "$precision" "$@" \
    --max-concurrency 1 --num-prompts "$runs" --picture-size 640x480 --output-len 64 --result "$results/$result.json"
}

unpack
: >"$summary"
note "Argus $(<"$lab/commit") on $device, $(uname -sr), $(date -u +%FT%TZ)"
if [[ $device != cpu ]]; then
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | tee -a "$summary" ||
    fail 'nvidia-smi finds no GPU'
  find_cuda
fi
exact=(fp32 fp16 bf16 fp16+fp32 bf16+fp32) all=(fp32 bf16 fp16 int8) recorded=(bf16 fp16) peers=(fp32 bf16)
large=internvl3-2b
if [[ $device == cpu ]]; then
  exact=(fp32) all=(fp32 int8) recorded=(fp32) peers=(fp32)
  if ((runs == 1)); then
    large=internvl-tiny
    [[ -d $work/$large ]] || cp -r -- "$lab/testdata/golden/tiny-internvl-448" "$work/$large"
  fi
fi
failed=0
for step in "${steps[@]}"; do
  case $step in
    golden) golden "${exact[@]}" ;;
    smolvlm) model smolvlm-256m 889 "${all[@]}" ;;
    internvl) model "$large" 3400 "${all[@]}" ;;
  esac
done
exit "$failed"
