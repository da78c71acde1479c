import { module } from '#kernel';
import { sendDigests } from './digest.reactions.ts';
import { MailRule } from './mail-rule.entity.ts';
import { createMailRule, updateMailRule } from './mail-rule.operations.ts';
import { followMailRules } from './mail-rule.reactions.ts';
import { ruleTemplates } from './mail-templates.rules.ts';

export { MailRule, type MailRuleRow } from './mail-rule.entity.ts';

/** Mails that go out by themselves: when something happens to a record, or to users at fixed times. */
export const mailRules = module('platform/mail-rules', {
  entities: [MailRule],
  operations: [createMailRule, updateMailRule],
  reactions: [followMailRules],
  timers: [sendDigests],
  contributes: { 'mail-templates': ruleTemplates },
});
