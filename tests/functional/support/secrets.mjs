// Secrets that no server has created.

/** A well-formed secret with a valid checksum, so that only a server can reject it. */
export const unknownSecret = 'ptkl_05McJmDgrvc_28tXK1Or6W6dxxtkBjpgyO1OMqFi6605981s6EEnt4y0cpDI8';

/** Malformed secrets by their fault. */
export const malformedSecrets = {
  'a password': 'hunter2 hunter2',
  'another prefix': `ptkx${unknownSecret.slice(4)}`,
  'cut short': unknownSecret.slice(0, -1),
  'in quotes': `"${unknownSecret}"`,
  'another alphabet': `${unknownSecret.slice(0, 20)}-${unknownSecret.slice(21)}`,
  'another checksum': `${unknownSecret.slice(0, -1)}9`,
};
