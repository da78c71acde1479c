import type { Context } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { signPurpose } from './request.operations.ts';
import { isAsked, type SignatureRow } from './signature.entity.ts';

/** The address of the signer's page, for another page that leads there; nothing once it was handed to somebody else, or ended. */
export const signPageOf = async (
  context: Context,
  { id, status, linkRound, openUntil }: SignatureRow,
): Promise<string | undefined> =>
  isAsked(status) && linkRound === 1
    ? linkTo(context, { purpose: signPurpose, record: id, until: openUntil, nonce: String(linkRound) })
    : undefined;
