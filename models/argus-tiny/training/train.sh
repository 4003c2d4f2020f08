#!/usr/bin/env bash
# Retrains argus-tiny from nothing: makes a virtual environment, trains, exports, evaluates.
# Arguments go to train.py (see train.sh --help). Stop it at any time; run it again to resume.
set -euo pipefail
case " $* " in *" --help "* | *" -h "*)
  cat <<'HELP'
train.sh [options]: retrain argus-tiny, export it to the folder above, score it on test/.
  --steps N          optimiser steps in all (5000; about 0.7 s each on one core)
  --minutes M        end after so many minutes from now instead
  --threads N        CPU threads (1)
  --seed N           seed of data and weights (1)
  --work DIR         folder for the state file (.work)
  --export DIR       checkpoint directory to write (the folder above)
  --export-every N   steps between exports, 0 for the end only (500)
  --precision P      bf16 or fp32 (bf16)
  --no-compile       do without torch.compile
More: train.py --help. Environment: PYTHON, the interpreter to start from; TORCH_INDEX, where to get CPU builds of torch.
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
"$python" "$here/train.py" "$@"
"$python" "$here/evaluate.py"
