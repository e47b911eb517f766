// Node 18 has Web Crypto, but not under the global name that browsers and the OAuth libraries use.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
