// A proxy that has requests carried out and loses answers, over connections that are kept alive.
import { Agent, createServer, request } from 'node:http';

/**
 * Passes everything on to `target`: {url, arrived, loseNextChange, close}. After loseNextChange() the answer
 * to the next request that changes something is lost: the client's connection is cut instead. `arrived` has
 * the method and the path of every change that came.
 */
export async function startLossyFront(target) {
  const agent = new Agent({ keepAlive: true });
  const arrived = [];
  let isLossy = false;
  const isChange = ({ method, url }) => method !== 'GET' && method !== 'HEAD' && !url.endsWith('/oauth2/token');
  const front = createServer((incoming, outgoing) => {
    const isLost = isLossy && isChange(incoming);
    if (isLost) isLossy = false;
    if (isChange(incoming)) arrived.push(`${incoming.method} ${incoming.url}`);
    const { method, headers } = incoming;
    const passed = request(target + incoming.url, { method, headers, agent }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('end', () => {
        if (isLost) incoming.socket.destroy();
        else outgoing.writeHead(response.statusCode, response.headers).end(Buffer.concat(parts));
      });
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise((resolve) => { front.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${front.address().port}`,
    arrived,
    loseNextChange: () => { arrived.length = 0; isLossy = true; },
    close: () => { front.close(); front.closeAllConnections(); agent.destroy(); },
  };
}
