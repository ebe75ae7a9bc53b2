#!/bin/sh
# Make .venv hold exactly the locked packages and populace itself. Does nothing when it already does.
# Usage: ./prepare_environment.sh run|test      Environment: PYTHON=..., VENV=...
set -eu
cd "$(dirname "$0")"
purpose=${1:-run}
venv=${VENV:-.venv}
locks=requirements/cpu.txt
[ "$purpose" = test ] && locks="$locks requirements/dev.txt"

stop() {
    echo "populace: $1" >&2
    exit 2
}

# The stamp holds a checksum, not a time: a fresh checkout or an edited lock is seen either way.
state=$(cat $locks requirements/compiled.txt pyproject.toml | cksum)
stamp=$venv/installed-for-$purpose
[ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$state" ] && exit 0

[ "$(uname -s)/$(uname -m)" = Linux/x86_64 ] ||
    stop "found $(uname -s) on $(uname -m); the locked packages are for Linux on x86_64. docs/install.md says how to install by hand."

python=
# 3.11 first: the lock was made and tested with it.
for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] ||
    stop "no Python 3.11, 3.12 or 3.13 found (looked for: ${PYTHON:-python3.11 python3.12 python3.13 python3}). Install one, or name it: make PYTHON=/path/to/python3.11 $purpose"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    stop "$python has no venv module. On Debian and Ubuntu: apt-get install python3-venv"

memory_gb=$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)
[ "$memory_gb" -ge 9 ] ||
    echo "populace: ${memory_gb} GB of memory are free; the embedded model wants about 9. Close something, or set a smaller model." >&2

if ! [ -x "$venv/bin/python" ]; then
    disk_gb=$(df -Pk . | awk 'NR == 2 {print int($4 / 1048576)}')
    [ "$disk_gb" -ge 12 ] ||
        stop "${disk_gb} GB of disk are free here; packages (3 GB), pip's cache and the model (4 GB, 6 while prepared) need 12."
    "$python" -m venv "$venv" || stop "$python could not make a virtual environment in $venv; its own message is above."
fi
rm -f "$venv"/installed-for-*
for lock in $locks; do
    echo "populace: installing $lock (once; the run lock is 1 GB to download)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps -r "$lock" || {
        grep -q '^torch==' "$lock" && echo "populace: if pip found no torch with +cpu: PyTorch keeps its CPU builds on an index of its own (pytorch.org, 'Get started', CPU, shows its address). Run
    PIP_EXTRA_INDEX_URL=THAT_ADDRESS make $purpose" >&2
        stop "pip could not install $lock; its own message is above."
    }
done
# Without wheels: a missing compiler costs one command, not the installation.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps -r requirements/compiled.txt 2>"$venv/compiled.log" ||
    echo "populace: humanleague could not be compiled (see $venv/compiled.log), so \`populace synthesise\` will not run; everything else does. A C++ compiler helps: apt-get install g++" >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ||
    stop "populace itself could not be installed; pip's message is above."
# Said now, in one line, and not after the model was fetched.
"$venv/bin/python" -W ignore -c 'import torch, vllm, presidio_analyzer, sentence_transformers, datasets' >/dev/null 2>"$venv/import.log" ||
    stop "the installed packages do not load together: $(tail -n 1 "$venv/import.log"). Delete $venv and run again; docs/install.md has known causes."
echo "$state" >"$stamp"
# What serves the tests serves a run too.
cat requirements/cpu.txt requirements/compiled.txt pyproject.toml | cksum >"$venv/installed-for-run"
