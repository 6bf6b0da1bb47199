#!/usr/bin/env bash
# Every benchmark, each a ratio against a named baseline of the same run.
set -euo pipefail
python="$1"
uv="$2"
moviepy=.tools/moviepy

echo "== The durable run against plain asyncio"
"$python" bench/engine.py
echo "-- on PostgreSQL, one worker"
"$python" bench/engine.py --postgres
echo "-- on PostgreSQL, three workers"
"$python" bench/engine.py --postgres --workers 3
echo
echo "== HTTP: a drama of 1 MB against a static route; pages of jobs, edits"
"$python" bench/serving.py
echo
echo "== The plan, before anything is spent"
"$python" bench/plan.py
echo
echo "== The library in a bucket against boto3, on an S3 server of this machine"
"$python" bench/storage.py
echo
echo "== Finding files in a library of 100,000"
"$python" bench/library.py
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
