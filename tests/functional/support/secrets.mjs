// Secrets that no server has made.

/** Well-formed, with a right checksum: only a server can tell that it is none of its own. */
export const unknownSecret = 'ptkl_05McJmDgrvc_28tXK1Or6W6dxxtkBjpgyO1OMqFi6605981s6EEnt4y0cpDI8';

/** What is no secret, by what is wrong with it. */
export const malformedSecrets = {
  'a password': 'hunter2 hunter2',
  'another prefix': `ptkx${unknownSecret.slice(4)}`,
  'cut short': unknownSecret.slice(0, -1),
  'in quotes': `"${unknownSecret}"`,
  'another alphabet': `${unknownSecret.slice(0, 20)}-${unknownSecret.slice(21)}`,
  'another checksum': `${unknownSecret.slice(0, -1)}9`,
};
