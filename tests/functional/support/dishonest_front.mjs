// Servers as they must never be, each in front of a real one, to see whether a test finds them out.
import { Agent, createServer, request } from 'node:http';

/** Gives the answer to a caller's token again the next `times` times: whether the token is valid, too. */
export function remembering(times) {
  const kept = new Map();
  return {
    recall({ url, headers }) {
      const known = url.endsWith('/whoami') ? kept.get(headers.authorization) : undefined;
      if (!known || known.left === 0) return undefined;
      known.left -= 1;
      return known.answer;
    },
    remember({ url, headers }, answer) {
      if (url.endsWith('/whoami')) kept.set(headers.authorization, { left: times, answer });
    },
    methodOf: ({ method }) => method,
  };
}

/** Looks at an API user instead of editing it, every so many times, and answers as if that had been done. */
export function forgetting(every) {
  let edits = 0;
  return {
    recall: () => undefined,
    remember: () => {},
    methodOf: ({ method, url }) => (method === 'PATCH' && url.includes('/api-users/') && (edits += 1) % every === 0
      ? 'GET' : method),
  };
}

/** Passes on to `target` as `trait` has it: {url, close}. */
export async function startDishonestFront(target, trait) {
  const agent = new Agent({ keepAlive: true });
  const send = (outgoing, { status, headers, body }) => outgoing.writeHead(status, headers).end(body);
  const front = createServer((incoming, outgoing) => {
    const known = trait.recall(incoming);
    if (known) {
      send(outgoing, known);
      return;
    }
    const method = trait.methodOf(incoming);
    const passed = request(target + incoming.url, { method, headers: incoming.headers, agent }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('end', () => {
        const answer = { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
        trait.remember(incoming, answer);
        send(outgoing, answer);
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
