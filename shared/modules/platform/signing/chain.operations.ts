import { given, type Context, type PageRequest } from '#kernel';
import { chainedHash, chainProblem } from './chain.rules.ts';
import { SignatureEvent, signatureEventId, type SignatureEventRow } from './signature-event.entity.ts';
import { Signature, type SignatureRow } from './signature.entity.ts';

/** Who did something, and from where. */
export type Witness = Pick<SignatureEventRow, 'by' | 'email' | 'ip' | 'forwardedFor' | 'userAgent'>;

type Details = NonNullable<SignatureEventRow['details']>;

/** The product itself. */
export const bySystem: Witness = { by: 'system' };

/** Who works: a person, or the product. */
export const witnessOf = ({ actor }: Context): Witness => (actor.kind === 'user' ? { by: actor.id } : bySystem);

/** The signer, as a request to the page shows them. */
export const signerAt = ({ signer }: SignatureRow, { ip, headers }: Pick<PageRequest, 'ip' | 'headers'>): Witness =>
  given({
    by: signer.name,
    email: signer.email,
    ip: ip === '' ? undefined : ip.slice(0, 45),
    forwardedFor: headers['x-forwarded-for']?.slice(0, 500),
    userAgent: headers['user-agent']?.slice(0, 500),
  });

/** What is hashed of an event: all that it says. */
const contentOf = ({
  signature,
  place,
  kind,
  at,
  by,
  email,
  ip,
  forwardedFor,
  userAgent,
  details,
}: SignatureEventRow) => given({ signature, place, kind, at, by, email, ip, forwardedFor, userAgent, details });

/** Puts an event at the end of a signature's chain. Two writers of one chain cannot both win: the signature itself holds its head. */
export const noteEvent = (
  { trusted, clock }: Context,
  signature: SignatureRow,
  kind: SignatureEventRow['kind'],
  witness: Witness,
  details?: Details,
): SignatureRow => {
  const place = signature.chainLength + 1;
  const content = given({ signature: signature.id, place, kind, at: clock.instant(), ...witness, details });
  const hash = chainedHash(content, signature.chainHead);
  trusted(SignatureEvent).create(
    { ...content, previousHash: signature.chainHead, hash },
    { id: signatureEventId(signature.id, place) },
  );
  return trusted(Signature).update(signature, { chainLength: place, chainHead: hash });
};

/** The events of a signature that are there, in order; read by their places, so that none is late. */
export const eventsOf = async (
  { trusted }: Context,
  signature: SignatureRow,
): Promise<readonly SignatureEventRow[]> => {
  const ids = Array.from({ length: signature.chainLength }, (_, index) => signatureEventId(signature.id, index + 1));
  const found = await trusted(SignatureEvent).getMany(ids);
  return ids.flatMap((id) => found.get(id) ?? []);
};

/** What is wrong with the events of a signature; nothing when all are there and none was changed. */
export const chainProblemOf = async (context: Context, signature: SignatureRow): Promise<string | undefined> =>
  chainProblem(
    await eventsOf(context, signature),
    { length: signature.chainLength, head: signature.chainHead },
    contentOf,
  );
