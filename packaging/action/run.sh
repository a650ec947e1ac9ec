#!/usr/bin/env bash
# The steps of action.yml, runnable anywhere: install, review, publish. All that is given comes by
# variables, never by words of a command. Python runs isolated (-I): the folder it starts in is a
# stranger's checkout, and a pip.py there is not pip.
set -euo pipefail
home="${RUNNER_TEMP:?a folder for the job}/gitledger"

case "${1:-}" in
  install)
    what="${GITHUB_ACTION_PATH:-}"
    if [ -n "${GITLEDGER_VERSION:-}" ]; then
      case "$GITLEDGER_VERSION" in
        *[!0-9A-Za-z.+-]*) echo "gitledger: that is no version" >&2; exit 2 ;;
      esac
      what="git-ledger==$GITLEDGER_VERSION"
    fi
    python -I -m venv "$home"
    "$home/bin/python" -I -m pip install --quiet --disable-pip-version-check "${what:?nothing to install}"
    ;;
  review)
    exec "$home/bin/gitledger" --ledger "${GITLEDGER_BRANCH:-}" review \
      --comment "${GITLEDGER_COMMENT:-auto}" --gate "${GITLEDGER_GATE:-integrity}" \
      ${GITLEDGER_BASE:+--base "$GITLEDGER_BASE"} ${GITLEDGER_HEAD:+--head "$GITLEDGER_HEAD"} --out "$home/review"
    ;;
  publish)
    exec "$home/bin/gitledger" review --publish "$home/review"
    ;;
  *)
    echo "usage: run.sh install|review|publish" >&2
    exit 2
    ;;
esac
