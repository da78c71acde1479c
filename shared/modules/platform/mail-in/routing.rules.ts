import { fold } from '#modules/platform/search';
import type { MailRule } from './routing-rule.entity.ts';

/** What rules look at. */
export type Routed = {
  readonly sender: string;
  readonly isKnown: boolean;
  readonly subject: string;
  readonly text: string;
};

/** Why a rule is not meant for a mail; nothing when it is. */
export const ruleMisses = (rule: MailRule, { sender, isKnown, subject, text }: Routed): string | undefined => {
  if (rule.sender !== 'ANYBODY' && isKnown !== (rule.sender === 'KNOWN'))
    return isKnown ? 'Its sender is known.' : 'Nobody knows its sender.';
  const [, domain = ''] = sender.split('@');
  const isWithin = (wanted: string): boolean => domain === wanted || domain.endsWith(`.${wanted}`);
  if (rule.senderDomains.length > 0 && !rule.senderDomains.some((each) => isWithin(each.toLowerCase())))
    return `It comes from ${domain}.`;
  const said = fold(`${subject}\n${text}`);
  return rule.words.length > 0 && !rule.words.some((word) => said.includes(fold(word)))
    ? 'It has none of the words.'
    : undefined;
};
