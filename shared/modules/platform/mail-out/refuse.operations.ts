import type { Context } from '#kernel';
import { Mail, type MailRow } from './mail.entity.ts';
import { messageOf, type Refusal } from './welcome.operations.ts';

/** Keeps a mail back for good; the ledger says for whose sake. */
export const refuse = ({ trusted, clock }: Context, mail: MailRow, refusals: readonly Refusal[]): MailRow => {
  const at = clock.instant();
  const fresh = refusals.map((refusal) => {
    const { address, code: kind } = refusal;
    return { address, kind, at, detail: messageOf(refusal) };
  });
  return trusted(Mail).move(mail, 'REFUSED', { problems: [...mail.problems, ...fresh] });
};
