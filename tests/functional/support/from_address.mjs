// Requests from a chosen address of this machine, which has all addresses of 127.0.0.0/8.
import { request } from 'node:http';
import { checkAnswer } from './openapi.mjs';

/** One exchange from `address` as {status, headers, body}; checks the response against api/openapi.yaml. */
export async function exchangeFrom(address, url, method, { headers = {}, body } = {}) {
  const answer = await new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, localAddress: address, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => { text += part; });
      response.on('end', () => resolve({ status: response.statusCode, headers: new Headers(response.headers), body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
  checkAnswer(method, new URL(url).pathname, answer);
  return answer;
}
