// A proxy that has requests carried out and loses answers.
import { startFront, transparent } from './front.mjs';

const isChange = ({ method, url }) => method !== 'GET' && method !== 'HEAD' && !url.endsWith('/oauth2/token');

/**
 * Passes everything on to `target`: {url, arrived, loseNextChange, close}. After loseNextChange() the answer
 * to the next request that changes something is lost: the client's connection is cut instead. `arrived` has
 * the method and the path of every change that came.
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
