#!/usr/bin/env bash
# Install the real servers that the suite starts. Each tools/services/NAME.sh installs one, and does nothing when it is there.
# The suite itself decides what a missing server means: a skip with a reason, or a failure where CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .services
if [ "$(id -u)" -ne 0 ]; then
  echo "services: not root, so no mail server is installed; tests that need one say so and are skipped"
  exit 0
fi
for script in tools/services/*.sh; do
  name=$(basename "$script" .sh)
  log=.services/$name.log
  if bash "$script" >"$log" 2>&1 </dev/null; then
    echo "services: $name ready"
  else
    tail -n 5 "$log"
    echo "services: $name failed (all of it: $log); its tests will say so"
  fi
done
