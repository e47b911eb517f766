// A proxy in front of a server, over connections that are kept alive, whose trait says what it does to requests.
import { Agent, createServer, request } from 'node:http';

/** Changes nothing. Other traits replace some of its functions; each gets the request. */
export const transparent = {
  /** The answer to give without the server, as {status, headers, body}; undefined: pass the request on. */
  recall: () => undefined,
  /** Sees the answer of the server. */
  remember: () => {},
  /** The method to pass on. */
  methodOf: ({ method }) => method,
  /** Whether to cut the client's connection in place of the answer. Called once for each request that is passed on. */
  loses: () => false,
};

/** Passes requests on to `target` as the trait says: {url, close}. */
export async function startFront(target, trait) {
  const agent = new Agent({ keepAlive: true });
  const send = (outgoing, { status, headers, body }) => outgoing.writeHead(status, headers).end(body);
  const front = createServer((incoming, outgoing) => {
    const known = trait.recall(incoming);
    if (known) {
      send(outgoing, known);
      return;
    }
    const isLost = trait.loses(incoming);
    const method = trait.methodOf(incoming);
    const passed = request(target + incoming.url, { method, headers: incoming.headers, agent }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('end', () => {
        const answer = { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
        trait.remember(incoming, answer);
        if (isLost) incoming.socket.destroy();
        else send(outgoing, answer);
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
