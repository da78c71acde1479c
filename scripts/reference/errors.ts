// docs/reference/errors.md: every code that a client can meet, and where.
import { commonCodes, requestCodes, type Registry } from '#kernel';
import { code, codes, page, table } from './markdown.ts';

/** What the codes that any operation may answer mean. */
const meanings: Readonly<Record<(typeof commonCodes)[number] | (typeof requestCodes)[number], string>> = {
  UNAUTHENTICATED: 'No token or key, or one that does not hold: forged, expired, revoked, of another audience.',
  FORBIDDEN: 'The caller’s role does not grant it.',
  NOT_FOUND: 'There is no such record, or the caller may not know that there is.',
  TOO_COSTLY: 'The query is too deep, too long, or reads more than one request may.',
  RATE_LIMITED: 'Too many requests; try again later.',
  BAD_INPUT: 'The input breaks a rule of its field; `path` says which.',
  STALE_VERSION: 'The record has changed since it was read. Read it again, then decide.',
  CONFLICT: 'Somebody wrote at the same moment. The same request may be sent again.',
  NOT_UNIQUE: 'Another record has this value.',
  REFERENCE_NOT_FOUND: 'A record that the input refers to does not exist, or the caller may not see it.',
  REFERENCE_ARCHIVED: 'A record that the input refers to is archived.',
  ARCHIVED: 'The record is archived; restore it first.',
  FROZEN: 'The record is in a state that takes no changes.',
  INVALID_STATE: 'There is no way from its state to the one asked for; the message names those that exist.',
  TOO_LARGE: 'More lines than a document, or more bytes than a record may have.',
  IDEMPOTENCY_KEY_REUSED: 'The key was used before, with another input.',
  READ_ONLY_FIELD: 'The caller’s role lets this field be read, not written.',
  TENANT_READ_ONLY: 'The trial has ended: everything can be read, nothing written, until it is converted.',
};

const listed = (names: readonly (keyof typeof meanings)[]): string =>
  table(
    ['Code', 'What it means'],
    names.map((name) => [code(name), meanings[name]]),
  );

const introduction = `Broken rules are answered in ${code('userErrors {code message path}')} of the payload, and nothing was written. What ends a request is
in ${code('errors[].extensions.code')}. Anything else is ${code('INTERNAL')} with an ${code('errorId')} that is in the log once.`;

/** The page. */
export const errorsPage = ({ operations }: Registry): string => {
  const own = [...operations.values()].filter(({ fails }) => fails.length > 0);
  const byCode = new Map<string, readonly string[]>();
  for (const { name, fails } of own) for (const fail of fails) byCode.set(fail, [...(byCode.get(fail) ?? []), name]);
  return page('Errors', [
    introduction,
    '## Codes that end a request',
    listed(requestCodes),
    '## Codes of every mutation',
    listed(commonCodes),
    '## Codes of an operation',
    table(
      ['Operation', 'Its own codes'],
      own.map(({ name, fails }) => [code(name), codes([...fails])]),
    ),
    '## Operations of a code',
    table(
      ['Code', 'Operations'],
      [...byCode].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, by]) => [code(name), codes(by)]),
    ),
  ]);
};
