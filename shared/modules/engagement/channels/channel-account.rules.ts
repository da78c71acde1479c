import type { Problem } from '#kernel';
import { originProblems } from '#modules/platform/links';

type Account = {
  readonly kind: string;
  readonly address?: string;
  readonly sendUrl?: string;
  readonly origins?: readonly string[];
};

/** What is wrong with a channel account: it cannot be found by its provider, or would not know where to send. */
export const accountProblems = (after: Account, before?: Account): readonly Problem[] => [
  ...(before && before.kind !== after.kind
    ? [problem('CHANNEL_KIND_FIXED', 'What it is stays; make another account for another channel.', 'kind')]
    : []),
  ...addressProblems(after),
  ...originProblems(after.origins ?? []),
  ...(after.sendUrl?.startsWith('https://') === false
    ? [problem('URL_NOT_SECURE', 'Messages go to https addresses alone.', 'sendUrl')]
    : []),
];

/** A bot is known by its token, a site by its link, any other program by where it hands in. */
const needsAddress: ReadonlySet<string> = new Set(['WHATSAPP', 'MESSENGER', 'INSTAGRAM', 'SMS']);

/** A number in E.164, a short code, or the id of a sender. */
const smsAddress = /^(\+\d{6,15}|[A-Za-z0-9 ]{1,11}|\d{3,8})$/;

const addressProblems = ({ kind, address }: Account): readonly Problem[] => {
  if (address === undefined)
    return needsAddress.has(kind)
      ? [problem('ADDRESS_MISSING', `${kind} needs the address that its provider knows.`, 'address')]
      : [];
  if (kind !== 'SMS' || smsAddress.test(address)) return [];
  return [
    problem('ADDRESS_INVALID', 'The number in E.164, a short code, or a sender id of at most 11 signs.', 'address'),
  ];
};

const problem = (code: string, message: string, field: string): Problem => ({ code, message, path: [field] });
