#!/bin/sh
# What `docker compose up --build` would do, without Docker: the steps of the Dockerfile in a clean folder, then the services of compose.yaml as
# processes, lines counted from end to end, SIGTERM. Run it as `npm run deploy:try`; as root the services run as the user of the image.
set -eu
cd "$(dirname "$0")/.."
SAWLOG_DEPLOY_TRY=1 exec node node_modules/vitest/vitest.mjs run test/deploy/services.test.ts --disable-console-intercept --reporter=dot
