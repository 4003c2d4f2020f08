#!/usr/bin/env bash
# Packs what a bare Linux machine with an NVIDIA driver needs to run Argus's checks and measurements on its GPU.
#
#   bench/gpu-lab/pack.sh [--arch 90] [--part-size 59M] FOLDER
#
# FOLDER gets run.sh, which is started there, a script that measures PyTorch transformers, and the archive in parts: a Java runtime,
# Argus, the reference data, ONNX Runtime with the kernels of one GPU architecture (90: H100 and H200), and bridges by which it runs
# where there is CUDA 13 in place of CUDA 12.
# Takes minutes and 2 GB of temporary space. Needs what ./argus needs, Linux on x86-64, a C compiler, nm, unzip, xz, zip; downloads
# ONNX Runtime for CUDA (642 MB) once.
set -euo pipefail

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

fail() {
  printf 'pack.sh: %s\n' "$*" >&2
  exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd -- "$here/../.." && pwd -P)
readonly here root
arch=90 part_size=59M folder=
while (($#)); do
  case $1 in
    --help | -h) usage && exit ;;
    --arch) arch=${2:?--arch needs a number} && shift 2 ;;
    --part-size) part_size=${2:?--part-size needs a size} && shift 2 ;;
    -*) fail "there is no option $1; see --help" ;;
    *) folder=$1 && shift ;;
  esac
done
readonly arch part_size folder
[[ -n $folder ]] || fail 'say which folder to write; see --help'
[[ ! -e $folder ]] || fail "$folder is there already"
for tool in cc nm unzip xz zip; do
  command -v "$tool" >/dev/null || fail "needs $tool"
done

work=$(mktemp -d "${TMPDIR:-/tmp}/argus-gpu-lab.XXXXXX")
readonly work
trap 'rm -rf -- "$work"' EXIT
readonly lab=$work/argus-gpu-lab
mkdir -p "$lab"/{lib,native,bridges}

# What the class path of ./argus names, but ONNX Runtime's jar.
pack_jars() {
  "$root/argus" --version >/dev/null
  local entry
  cp -- "$root/bench/target/argus-bench.jar" "$lab/lib/"
  while IFS= read -r entry; do
    [[ $entry == */onnxruntime-* ]] || cp -- "$entry" "$lab/lib/"
  done < <(tr ':' '\n' <"$root/bench/target/class-path")
}

# ONNX Runtime's classes, and beside them its native libraries, the CUDA provider with the kernels of one architecture.
pack_onnxruntime() {
  local version jar=$work/onnxruntime_gpu.jar provider=libonnxruntime_providers_cuda.so
  version=$(sed -n 's:.*<onnxruntime.version>\(.*\)</onnxruntime.version>.*:\1:p' "$root/pom.xml")
  (cd "$root" && JAVA_HOME=$jdk ./mvnw -q -B -ntp -N dependency:copy "-DoutputDirectory=$work" -Dmdep.stripVersion=true \
    "-Dartifact=com.microsoft.onnxruntime:onnxruntime_gpu:$version")
  unzip -qj "$jar" 'ai/onnxruntime/native/linux-x64/*' -x '*tensorrt*' -d "$lab/native"
  zip -qd "$jar" 'ai/onnxruntime/native/*'
  mv -- "$jar" "$lab/lib/"
  mv -- "$lab/native/$provider" "$work/"
  "$jdk/bin/java" -cp "$lab/lib/argus-bench.jar" dev.argus.bench.gpulab.KeepKernels \
    "$work/$provider" "$arch" "$lab/native/$provider"
}

# Functions of a CUDA 12 library that the provider calls.
functions() {
  nm -D --undefined-only "$lab/native/libonnxruntime_providers_cuda.so" | sed -n "s/.* U \(.*\)@$1\.so\.12\$/\1/p"
}

# A library of CUDA 12's name that jumps to CUDA 13's. See forward.c.
bridge() {
  local name=$1
  shift
  functions "$name" | grep -vx cudaGetDeviceProperties_v2 | sed 's/.*/FUNCTION(&)/' >"$work/functions.h"
  printf '%s.so.12 { global: cu*; __cuda*; local: *; };\n' "$name" >"$work/versions"
  cc -O2 -Wall -shared -fPIC "-DTARGET=\"$name.so.13\"" -I "$work" "-Wl,-soname,$name.so.12" \
    "-Wl,--version-script=$work/versions" -o "$lab/bridges/$name.so.12" "$here/forward.c" "$@"
  local missing
  missing=$(comm -23 <(functions "$name" | sort) \
    <(nm -D --defined-only "$lab/bridges/$name.so.12" | sed -n "s/.* T \(.*\)@@$name\.so\.12\$/\1/p" | sort))
  [[ -z $missing ]] || fail "the bridge of $name lacks $missing"
  printf '%s.so.12: %d functions\n' "$name" "$(functions "$name" | wc -l)"
}

jdk=$("$root/argus" --jdk-home)
readonly jdk
pack_jars
pack_onnxruntime
bridge libcublas
bridge libcublasLt
bridge libcudart "$here/properties.c"
"$jdk/bin/jlink" --add-modules java.se,jdk.management,jdk.unsupported,jdk.zipfs --strip-debug --no-header-files --no-man-pages \
  --output "$lab/java"
mkdir -p "$lab/testdata"
tar -C "$root/testdata" --exclude=.argus -cf - golden | tar -C "$lab/testdata" -xf -
git -C "$root" describe --always --dirty >"$lab/commit" 2>/dev/null || printf 'no commit\n' >"$lab/commit"

mkdir -p "$folder"
tar -C "$work" -cf - argus-gpu-lab | xz -6 -T0 | split -b "$part_size" - "$folder/argus-gpu-lab.tar.xz."
cp -- "$here/run.sh" "$here/transformers_bench.py" "$folder/"
ls -l -- "$folder"
