#!/usr/bin/env bash
# Retrains argus-tiny from nothing: makes a virtual environment, trains, exports, evaluates.
# Arguments go to train.py (see train.sh --help). Stop it at any time; run it again to resume.
set -euo pipefail
case " $* " in *" --help "* | *" -h "*)
  cat <<'HELP'
train.sh [options]: retrain argus-tiny, export it to the folder above, score it on heldout/.
  --steps N          optimiser steps before reading (7000; 1.4 to 2.0 s each on one CPU core)
  --reading-steps N  steps after them that are mostly about reading text (3300; about 2.5 s each)
  --from CHECKPOINT  begin with the weights of this directory, and with reading
  --minutes M        stop after so many minutes; run it again to go on
  --device D         cpu or cuda (cuda where there is one)
  --batch N          pictures of one tile per step (32; 256 suits a GPU)
  --threads N        CPU threads (1)
  --workers N        processes that draw pictures (1)
  --seed N           seed of data and weights (1)
  --work DIR         folder for the state file (.work)
  --export DIR       checkpoint directory to write (the folder above)
  --export-every N   steps between exports, 0 for the end only (500)
  --precision P      bf16 or fp32 (bf16)
  --no-compile       do without torch.compile
More: train.py --help. Environment: PYTHON, the interpreter to start from; TORCH_INDEX, where to get builds of torch (CPU builds
unless it says otherwise); ARGUS_FONTS, a folder with dejavu/ and liberation/ in it.
HELP
  exit 0
  ;;
esac
here="$(cd "$(dirname "$0")" && pwd)"
work="$here/.work"
python="$work/venv/bin/python"
mkdir -p "$work"
if [ ! -f "$work/venv/ready" ]; then
  echo "Installing the pinned packages into $work/venv ..."
  "${PYTHON:-python3}" -m venv "$work/venv"
  # CPU builds of torch are much smaller than the default ones; without access to them the default index serves.
  "$python" -m pip install --quiet --disable-pip-version-check --retries 0 --index-url "${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}" \
    "$(grep '^torch==' "$here/requirements.txt")" 2>/dev/null || echo "No CPU index within reach; taking torch from the default index."
  "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  touch "$work/venv/ready"
fi
# Threads that wait must not take the core from the process that draws.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
"$python" "$here/train.py" "$@"
target="$here/.."
while [ $# -gt 0 ]; do
  case "$1" in --export) target="$2" ;; --export=*) target="${1#--export=}" ;; esac
  shift
done
"$python" "$here/export.py" "$target"
"$python" "$here/evaluate.py" --checkpoint "$target" --card
