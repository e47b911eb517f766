// What must never be: a server that remembers for a moment whether a token is good. It stands in front of a
// real one, to see whether a test finds it out.
import { Agent, createServer, request } from 'node:http';

/** Passes everything on to `target()`, but answers GETs again as before for `period` milliseconds: {url, close}. */
export async function startCachingFront(target, period) {
  const agent = new Agent({ keepAlive: true });
  const kept = new Map();
  const front = createServer((incoming, outgoing) => {
    const key = `${incoming.url} ${incoming.headers.authorization}`;
    const known = incoming.method === 'GET' ? kept.get(key) : undefined;
    if (known && performance.now() - known.at < period) {
      outgoing.writeHead(known.status, known.headers).end(known.body);
      return;
    }
    const passed = request(target() + incoming.url, { method: incoming.method, headers: incoming.headers, agent }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part)).on('end', () => {
        const { statusCode: status, headers } = answer;
        const body = Buffer.concat(parts);
        kept.set(key, { at: performance.now(), status, headers, body });
        outgoing.writeHead(status, headers).end(body);
      });
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise((resolve) => { front.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${front.address().port}`,
    close: () => { front.close(); front.closeAllConnections(); agent.destroy(); },
  };
}
