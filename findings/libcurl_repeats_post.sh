#!/usr/bin/env bash
# One would guess: a POST is sent once; when the connection ends without an answer, curl reports an error.
# What happens: on a connection that was used before, libcurl takes the end for an idle connection that the server has
# closed, and sends the POST again on a new one, although the server has read all of it. curl exits with 0.
# A client whose first request is a login therefore repeats nearly every change whose answer is lost.
# Version: libcurl 7.88.1 (Debian 12). Source: CURLOPT_FRESH_CONNECT(3), and Curl_retry_request() in lib/transfer.c.
set -euo pipefail

version=7.88.1-10+deb12u15
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download --quiet=2 "curl=$version" "libcurl4=$version"
for package in ./*.deb; do dpkg -x "$package" root; done
curl() { LD_LIBRARY_PATH=$(echo "$PWD"/root/usr/lib/*/) root/usr/bin/curl --disable --noproxy '*' --silent "$@"; }
curl --version | head -1

# Answers every request but the first one to /change, after which it closes the connection.
cat >server.py <<'PYTHON'
import http.server

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    changes = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(f"received {self.path} {body.decode()}", flush=True)
        if self.path == "/change":
            Handler.changes += 1
            if Handler.changes == 1:
                self.close_connection = True
                return
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON
python3 server.py >seen &
server=$!
for _ in $(seq 100); do [ -s seen ] && break; sleep 0.1; done
url=http://127.0.0.1:$(head -1 seen)

code=0
curl --data login "$url/login" --next --silent --data change "$url/change" || code=$?
echo "curl ended with $code"
tail -n +2 seen
[ "$code" -eq 0 ] && [ "$(grep --count 'received /change change' seen)" -eq 2 ]
