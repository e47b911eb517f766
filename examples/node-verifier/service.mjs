// A service that greets clients with a valid token: ISSUER=https://id.example.org/projects/acme node service.mjs
import { createServer } from 'node:http';
import { makeVerifier, TokenRefused } from './verifier.mjs';

const { ISSUER, AUDIENCE = ISSUER, PORT = '8080' } = process.env;
if (!ISSUER) throw new Error('set ISSUER, such as https://id.example.org/projects/acme');
const verifier = makeVerifier({ issuer: ISSUER, audience: AUDIENCE });

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

const server = createServer(async (request, response) => {
  const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) return answer(response, 401, { error: 'no token' }, { 'www-authenticate': 'Bearer' });
  try {
    const { client_id: name, scope } = await verifier.verify(token);
    return answer(response, 200, { hello: name, scope });
  } catch (error) {
    if (error instanceof TokenRefused) {
      return answer(response, 401, { error: error.message }, { 'www-authenticate': 'Bearer error="invalid_token"' });
    }
    // The issuer could not be reached until its last status list expired. Reject the token; the same request
    // may succeed later.
    return answer(response, 503, { error: 'the status of the token is unknown' }, { 'retry-after': '5' });
  }
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
