#!/usr/bin/env bash
# Measures steps by several processes and writes bench/results/<date>-mpi.md, with a picture beside it. bench/mpi.sh [NAME]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=bench/results/$(date -u +%F)-${1:-mpi}
folder=bench/Optim.Functional.Bench.Mpi
program=$folder/bin/Release/net10.0/Optim.Functional.Bench.Mpi.dll
dotnet build -c Release "$folder" -v quiet -nologo

as_root=()
[ "$(id -u)" = 0 ] && as_root=(--allow-run-as-root)
{
  echo "# Steps by several processes"
  echo
  echo "| | |"
  echo "|---|---|"
  echo "| processor | $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores |"
  echo "| commit | $(git rev-parse --short=12 HEAD) |"
  echo "| date | $(date -u '+%F %H:%M UTC') |"
  echo "| command | bench/mpi.sh |"
  echo
  echo "Each call from C and by the package by turns, 15 rounds, in the same processes; steps on one thread of each process."
  echo "Ranks of one machine, over its memory. Where there are more ranks than cores, they wait for each other's turn. Its load stands above each part."
  dotnet "$program" measure none
  for mpi in openmpi mpich; do
    command -v mpicc.$mpi >/dev/null || { echo; echo "$mpi is not installed: not measured."; continue; }
    mpicc.$mpi -O2 -shared -fPIC -o "$folder/bin/calls.$mpi.so" "$folder/calls.c"
    for ranks in 2 4; do
      if [ $mpi = openmpi ]; then launch=(mpirun.openmpi "${as_root[@]}" --oversubscribe); else launch=(mpirun.mpich); fi
      "${launch[@]}" -n $ranks dotnet "$program" measure "$PWD/$folder/bin/calls.$mpi.so" | tr -d '\033' | sed 's/^\[?1h=//'
    done
  done
} | tee "$out.md"
