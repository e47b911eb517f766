#!/usr/bin/env bash
# One would guess: a connection URL that names its host says where libpq connects; PG* variables fill in what it lacks.
# What happens: `hostaddr` is a parameter of its own. With PGHOSTADDR set, a URL with the host "localhost" connects to
# the address of the variable; the URL's host is used only for names (certificates, the password file). A program that
# decides by the host of the URL whether a connection stays on the machine is wrong.
# Version: libpq 15.18 (Debian 12). Source: PostgreSQL 15 documentation, 34.1.2 "hostaddr", and 34.15.
set -euo pipefail

version=15.18-0+deb12u1
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download --quiet=2 "postgresql-client-15=$version" "libpq5=$version"
for package in ./*.deb; do dpkg -x "$package" root; done
psql=root/usr/lib/postgresql/15/bin/psql
LD_LIBRARY_PATH=$(echo "$PWD"/root/usr/lib/*-linux-gnu/)
export LD_LIBRARY_PATH
"$psql" --version

# Another address of this machine than the one that localhost stands for; closes each connection.
cat >server.py <<'PYTHON'
import socket

listener = socket.create_server(("127.0.0.2", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    print("connected to 127.0.0.2", flush=True)
    connection.close()
PYTHON
python3 server.py >seen &
server=$!
for _ in $(seq 100); do [ -s seen ] && break; sleep 0.1; done
url="postgresql://localhost:$(head -1 seen)/postgres?sslmode=disable&connect_timeout=5"

echo "without the variable:"
"$psql" "$url" -c 'SELECT 1' 2>&1 | sed "s/port [0-9]*/port PORT/" || true
before=$(grep --count connected seen || true)
echo "with PGHOSTADDR=127.0.0.2:"
PGHOSTADDR=127.0.0.2 "$psql" "$url" -c 'SELECT 1' 2>&1 | sed "s/port [0-9]*/port PORT/" || true
tail -n +2 seen
[ "$before" -eq 0 ] && [ "$(grep --count connected seen)" -ge 1 ]
