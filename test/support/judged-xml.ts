// Signed documents of Ecuador before independent judges: the schema of the SRI, and a verifier of signatures.
import { expect } from '@jest/globals';
import { has, judge, sharedFile } from './judges.ts';

/** What independent judges say of signed bytes: the schema of the SRI, and all three references of the signature. */
export const assertJudged = (xml: string, root: string, schema: string): void => {
  const file = sharedFile(`sri/xsd/${schema}`);
  if (has('xmllint') && file !== undefined)
    expect(judge('xmllint', ['--nonet', '--noout', '--schema', file, '{}'], xml)).toMatchObject({ ok: true });
  if (!has('xmlsec1')) return;
  const ids = [root, 'ds:KeyInfo', 'xades:SignedProperties'].flatMap((name, index) => [
    `--id-attr:${index === 0 ? 'id' : 'Id'}`,
    name,
  ]);
  expect(judge('xmlsec1', ['--verify', ...ids, '{}'], xml).said).toContain('References (ok/all): 3/3');
};
