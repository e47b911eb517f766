// A proxy in front of a server, with keep-alive connections, whose trait defines its changes of requests.
import { Agent, createServer, request } from 'node:http';

/** The trait that changes nothing. Other traits replace some of its functions; each gets the request. */
export const transparent = {
  /** The response without the server, as {status, headers, body}; undefined: pass the request on. */
  recall: () => undefined,
  /** Observes the response of the server. */
  remember: () => {},
  /** The method to pass on. */
  methodOf: ({ method }) => method,
  /** Whether to cut the client's connection instead of responding. Called once for each request that is passed on. */
  loses: () => false,
};

/** Starts a proxy with that trait in front of `target`: {url, aim, close}; aim() changes the target. */
export async function startFront(target, trait) {
  let to = target;
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
    const passed = request(to + incoming.url, { method, headers: incoming.headers, agent }, (response) => {
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
  front.unref(); // a failed test does not close it
  return {
    url: `http://127.0.0.1:${front.address().port}`,
    aim: (url) => { to = url; },
    close: () => { front.close(); front.closeAllConnections(); agent.destroy(); },
  };
}
