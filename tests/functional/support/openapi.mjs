// Checks real responses against api/openapi.yaml.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const file = new URL('../../../api/openapi.yaml', import.meta.url);
export const document = parse(readFileSync(file, 'utf8'));

// Responses may get new keys, but only ones that the document describes.
for (const name of ['ApiUser', 'Secret', 'NewSecret', 'Role', 'RoleReference', 'PermissionItem', 'Whoami', 'Problem',
  'TokenResponse', 'Introspection', 'OAuthError']) {
  document.components.schemas[name].additionalProperties = false;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'openapi');
const validators = new Map();

function validatorAt(pointer) {
  if (!validators.has(pointer)) validators.set(pointer, ajv.compile({ $ref: `openapi#${pointer}` }));
  return validators.get(pointer);
}

const escapePointer = (text) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Resolves `$ref` once: [object, its JSON pointer]. */
function resolve(object, pointer) {
  if (!object?.$ref) return [object, pointer];
  const target = object.$ref.slice(1);
  const found = target.slice(1).split('/').reduce((at, key) => at[key], document);
  return [found, target];
}

const templates = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

/** Every operation of the document, in the form `GET /healthz`. */
export const operations = Object.entries(document.paths).flatMap(([template, item]) =>
  Object.keys(item).filter((key) => ['get', 'post', 'patch', 'put', 'delete'].includes(key))
    .map((method) => `${method.toUpperCase()} ${template}`));

/** The operations that have responded with a 2xx status, and all pairs of operation and status. */
export const succeeded = new Set();
export const seen = new Set();

function checkHeaders(headers, described, pointer, where) {
  for (const [name, header] of Object.entries(described ?? {})) {
    const value = headers.get(name);
    const conditional = name === 'WWW-Authenticate';
    assert.ok(value !== null || conditional, `${where}: there is no ${name}`);
    const [resolved, at] = resolve(header, `${pointer}/headers/${escapePointer(name)}`);
    if (value === null || resolved.schema.type !== 'string') continue;
    const validate = validatorAt(`${at}/schema`);
    assert.ok(validate(value), `${where}: ${name}: ${value}: ${ajv.errorsText(validate.errors)}`);
  }
}

/**
 * Throws unless the document describes this response: the operation, the status, its headers, the media type
 * and the body. A path that is not in the document must get 404.
 */
export function checkAnswer(method, path, { status, headers, body }) {
  const where = `${method} ${path} ${status}`;
  const found = templates.find(({ pattern }) => pattern.test(path));
  if (!found) return assert.equal(status, 404, `${where}: not in the document`);
  const operation = document.paths[found.template][method.toLowerCase()];
  if (!operation) return assert.equal(status, 405, `${where}: not in the document`);
  seen.add(`${method} ${found.template} ${status}`);
  if (status < 300) succeeded.add(`${method} ${found.template}`);

  assert.ok(operation.responses[status], `${where}: the document does not tell of this status`);
  const [response, pointer] = resolve(operation.responses[status],
    `/paths/${escapePointer(found.template)}/${method.toLowerCase()}/responses/${status}`);
  checkHeaders(headers, response.headers, pointer, where);
  assert.ok(headers.get('x-request-id'), `${where}: there is no X-Request-Id`);
  if (!response.content) return assert.equal(body, '', `${where}: there is a body`);

  const type = (headers.get('content-type') ?? '').split(';')[0];
  assert.ok(response.content[type], `${where}: the document knows no ${type} here`);
  if (!type.endsWith('json')) return undefined;
  const validate = validatorAt(`${pointer}/content/${escapePointer(type)}/schema`);
  assert.ok(validate(JSON.parse(body)), `${where}: ${ajv.errorsText(validate.errors)}\n${body}`);
  return undefined;
}
