#!/usr/bin/env bash
# Every benchmark, each a ratio against a named baseline of the same run.
set -euo pipefail
python="$1"
uv="$2"
moviepy=.tools/moviepy

echo "== The durable run against plain asyncio"
"$python" bench/engine.py
echo
echo "== HTTP: a drama of 1 MB against a static route; pages of jobs, edits"
"$python" bench/serving.py
echo
echo "== The plan, before anything is spent"
"$python" bench/plan.py
echo
echo "== The animatic against x264 alone"
"$python" bench/animatic.py
echo
echo "== The cut of 12 like clips against MoviePy (in an environment of its own)"
if [ ! -x "$moviepy/bin/python" ]; then
  "$uv" venv --quiet "$moviepy"
  VIRTUAL_ENV="$moviepy" "$uv" pip install --quiet --requirement bench/moviepy.txt
fi
"$python" bench/cut.py --moviepy-python "$moviepy/bin/python"
