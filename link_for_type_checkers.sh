#!/bin/sh
# Type checkers cannot follow setuptools' package-dir mapping: show them the import layout as links.
set -eu
cd "$(dirname "$0")"
mkdir -p .typing/populace
for room in personas prompts generation filters scoring export; do
    ln -sfn "../../$room" ".typing/populace/$room"
done
