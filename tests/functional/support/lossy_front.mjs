// A proxy that passes requests on and can lose their responses.
import { startFront, transparent } from './front.mjs';

const isChange = ({ method, url }) => method !== 'GET' && method !== 'HEAD' && !url.endsWith('/oauth2/token');

/**
 * Starts a proxy in front of `target`: {url, arrived, loseNextChange, close}. After loseNextChange(), the response
 * to the next change is lost: the client's connection is cut instead. `arrived` has the method and the path of
 * every change that the proxy has received.
 */
export async function startLossyFront(target) {
  const arrived = [];
  let isLossy = false;
  const front = await startFront(target, {
    ...transparent,
    loses(incoming) {
      if (!isChange(incoming)) return false;
      arrived.push(`${incoming.method} ${incoming.url}`);
      const isLost = isLossy;
      isLossy = false;
      return isLost;
    },
  });
  return { ...front, arrived, loseNextChange: () => { arrived.length = 0; isLossy = true; } };
}
