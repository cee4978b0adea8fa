#!/bin/sh
# Makes what docker-compose.yml asks for: passwords and the key of the tokens in deploy/secrets/, and .env. Nothing that
# is there is changed. Needs openssl.
#
#   deploy/make-secrets.sh            then: docker compose up -d
set -eu
cd "$(dirname "$0")/.."
command -v openssl >/dev/null || { echo 'deploy/make-secrets.sh needs openssl.' >&2; exit 1; }

# The folder is closed to others. Its files are mounted one by one, and read there by a user of another number.
mkdir -p deploy/secrets
chmod 0700 deploy/secrets
umask 022

made=0
# make <file> <content>: with no line break at its end, as some read the whole file as the password.
make() {
  [ -e "$1" ] && return
  printf '%s' "$2" > "$1.new"
  mv "$1.new" "$1"
  made=$((made + 1))
  echo "made $1"
}
password() { openssl rand -hex 24; }

make deploy/secrets/postgres-owner "$(password)"
make deploy/secrets/postgres-app "$(password)"
make deploy/secrets/grafana-admin "$(password)"
make deploy/secrets/token-signing-key.pem "$(openssl genpkey -algorithm ed25519)
"
at="postgres:5432/attest"
app="DATABASE_URL=postgres://attest_app:$(cat deploy/secrets/postgres-app)@$at"
owner="DATABASE_OWNER_URL=postgres://attest_owner:$(cat deploy/secrets/postgres-owner)@$at"
make deploy/secrets/app.env "$app
"
make deploy/secrets/owner.env "$app
$owner
"
make .env "# Made by deploy/make-secrets.sh.
# large: recorder, projector and reporter on PostgreSQL, KurrentDB and Kafka. small: one process on PostgreSQL.
COMPOSE_PROFILES=large
SECRETS=./deploy/secrets
"
# An .env of one's own is not ours to change.
grep -q '^SECRETS=' .env || { echo '.env is without this line: add it.
SECRETS=./deploy/secrets' >&2; exit 1; }
[ "$made" -gt 0 ] || echo 'everything is there already'
