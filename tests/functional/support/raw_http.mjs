// HTTP requests that no client library would send.
import { connect } from 'node:net';

/** Sends these bytes; returns {status, headers, body} of the first response, or null if there was none. */
export function sendRaw(url, bytes) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = Buffer.alloc(0);
    socket.setTimeout(15_000, () => socket.destroy(new Error('no answer within 15 s')));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      const answer = parse(received);
      if (answer) socket.destroy();
    });
    socket.on('error', (error) => (['EPIPE', 'ECONNRESET'].includes(error.code) ? undefined : reject(error)));
    socket.on('close', () => resolve(parse(received)));
    socket.write(bytes);
  });
}

function parse(received) {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [start, ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Headers(lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  const length = Number(headers.get('content-length') ?? 0);
  const body = received.subarray(end + 4, end + 4 + length);
  return body.length < length ? null : { status: Number(start.split(' ')[1]), headers, body: body.toString() };
}
