import type { Context } from '#kernel';
import { fileKey } from '#modules/platform/files';
import { chainProblemOf } from './chain.operations.ts';
import { sha256 } from './chain.rules.ts';
import { isSealed } from './seal.operations.ts';
import type { SignatureRow } from './signature.entity.ts';

/** What a document that somebody holds is, as far as its hash tells. */
export type Match = 'DOCUMENT' | 'EVIDENCE' | 'NONE';

/** Whether a signature still proves what it did on the day. */
export type Verification = {
  readonly match: Match;
  /** What is wrong with the chain of events; nothing when it is whole. */
  readonly chainProblem: string | undefined;
  readonly isSealed: boolean;
  /** Whether the document that we keep is still the one that was signed. */
  readonly isKept: boolean;
};

/** Compares a document, by its hash, and proves chain, seal and what is stored. */
export const verify = async (context: Context, signature: SignatureRow, hash: string): Promise<Verification> => {
  const { ports, actor } = context;
  const [chainProblem, sealed, kept] = await Promise.all([
    chainProblemOf(context, signature),
    isSealed(context, signature),
    ports.files.get(fileKey(actor.tenant, signature.document)),
  ]);
  return {
    match: matchOf(signature, hash.toLowerCase()),
    chainProblem,
    isSealed: sealed,
    isKept: kept !== undefined && sha256(kept) === signature.documentSha256,
  };
};

const matchOf = ({ documentSha256, evidenceSha256 }: SignatureRow, hash: string): Match => {
  if (hash === documentSha256) return 'DOCUMENT';
  return hash === evidenceSha256 ? 'EVIDENCE' : 'NONE';
};
