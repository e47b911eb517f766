// Records calls with the times at which they began and returned, on one monotonic clock, and their outcomes as
// support/history_model.mjs defines them: ok, refused, failed (nothing happened) or unknown.
import { Agent, request } from 'node:http';
import { checkAnswer } from './openapi.mjs';

/** The maximum duration of a call, whatever happens to the server or its database. */
const patience = 30_000;

/** The errors that each operation can get; any other one is a wrong response. */
const refusals = {
  createUser: [400, 409],
  deleteUser: [404],
  editUser: [400, 404],
  editRole: [404],
  deleteRole: [404],
  createRole: [409],
  newSecret: [404, 409],
  revokeSecrets: [404],
  revokeSecret: [404],
  issue: [401],
  use: [401],
  introspect: [200],
  getUser: [404],
};

// A client of RFC 7009 learns only that it may try again, although the token may have been revoked.
const mayHaveHappened = new Set(['revokeToken']);

/** One exchange over a keep-alive connection: {status, headers, body}. Rejects if the response is incomplete. */
export function exchangeOver(agent, url, method, { headers = {}, body, deadline = patience } = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('error', reject).on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode, headers: new Headers(response.headers), body: Buffer.concat(parts).toString() });
      });
    });
    const timer = setTimeout(() => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'TOO_LATE' })), deadline);
    sent.on('error', (error) => { clearTimeout(timer); reject(error); }).end(body);
  });
}

/** All calls of one run. `faults` are texts about responses that are wrong whatever else happened. */
export class History {
  constructor() {
    this.calls = [];
    this.faults = [];
    this.agent = new Agent({ keepAlive: true });
  }

  /**
   * Makes one call and records it. `call` is {client, group, operation, …}; `node` is {index, url}; `exchange`
   * is {path, method, headers, body}. `read` returns the result in the JSON of an `ok` response, if any. Returns
   * the call, with `answer` only if it was ok.
   */
  async record(call, node, { path, method, headers, body }, read = () => undefined) {
    Object.assign(call, { node: node.index, outcome: 'unknown', began: process.hrtime.bigint() });
    this.calls.push(call);
    try {
      const answer = await exchangeOver(this.agent, node.url + path, method, { headers, body });
      call.ended = process.hrtime.bigint();
      this.#judge(call, answer, { path, method }, read);
    } catch (error) {
      call.ended ??= process.hrtime.bigint();
      call.code = error.code ?? error.message;
      if (call.code === 'ECONNREFUSED') call.outcome = 'failed';
      if (call.code === 'TOO_LATE') this.#fault(call, 'there was no answer in time');
    }
    return call;
  }

  #judge(call, answer, { path, method }, read) {
    call.code = answer.status;
    call.requestId = answer.headers.get('x-request-id');
    try {
      checkAnswer(method, path.split('?')[0], answer);
    } catch (error) {
      this.#fault(call, error.message);
    }
    const content = answer.body === '' ? undefined : JSON.parse(answer.body);
    if (answer.status === 503) call.outcome = mayHaveHappened.has(call.operation) ? 'unknown' : 'failed';
    else if (answer.status === 504) call.outcome = 'unknown';
    else if (refusals[call.operation]?.includes(answer.status) && !(content?.active)) call.outcome = 'refused';
    else if (answer.status < 300) this.#accept(call, content, read);
    else this.#fault(call, answer.body);
  }

  #accept(call, content, read) {
    call.outcome = 'ok';
    call.answer = content;
    const result = read(content);
    if (result !== undefined) call.result = result;
  }

  #fault(call, text) {
    this.faults.push(`${call.operation} at node ${call.node} (${call.code}): ${text}`);
  }

  /** The number of calls by outcome: {ok, refused, failed, unknown}. */
  count() {
    const counts = { ok: 0, refused: 0, failed: 0, unknown: 0 };
    for (const { outcome } of this.calls) counts[outcome] += 1;
    return counts;
  }

  close() { this.agent.destroy(); }
}
