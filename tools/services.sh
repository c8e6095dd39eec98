#!/usr/bin/env bash
# Install the real servers that the suite starts. Each tools/services/NAME.sh installs one, and does nothing when it is there.
# The suite itself decides what a missing server means: a skip with a reason, or a failure where CI=true.
set -euo pipefail
cd "$(dirname "$0")/services" 2>/dev/null || exit 0
shopt -s nullglob
scripts=(*.sh)
[ ${#scripts[@]} -gt 0 ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "services: not root, so no mail server is installed; tests that need one say so and are skipped"
  exit 0
fi
for script in "${scripts[@]}"; do
  bash "$script" || echo "services: $script failed; its tests will say so"
done
