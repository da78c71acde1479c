import { DomainError, reaction, type Context } from '#kernel';
import { applyValues } from './change-setting.operations.ts';
import { SettingProposal, type ProposalRow } from './setting-proposal.entity.ts';
import { acceptValues, assertOpen, targetOf, valuesOf, versionOf } from './target.operations.ts';

const ended = { waiting: null };

export const decideProposal = reaction('decideSettingProposal', {
  describes: 'Applies a proposed setting once everybody has agreed who must; ends it when they do not.',
  on: ['approval.approved', 'approval.rejected', 'approval.withdrawn', 'approval.lapsed'],
  run: async ({ type, data }, context) => {
    const about = data?.['about'];
    if (typeof about !== 'string' || !about.startsWith(`${SettingProposal.idPrefix}_`)) return;
    const proposals = context.trusted(SettingProposal);
    const proposal = await proposals.find(about);
    if (proposal?.status !== 'PENDING') return;
    if (type !== 'approval.approved') {
      proposals.move(proposal, 'REJECTED', ended);
      return;
    }
    const failed = await apply(context, proposal);
    if (failed === undefined) proposals.move(proposal, 'APPLIED', ended);
    else proposals.move(proposal, 'FAILED', { ...ended, failedBecause: failed.slice(0, 500) });
  },
});

/** Applies it as the setting stands now; answers why not, where it cannot be. */
const apply = async (context: Context, proposal: ProposalRow): Promise<string | undefined> => {
  try {
    const target = await targetOf(context, proposal);
    if (versionOf(valuesOf(target)) !== versionOf(proposal.from)) return 'The setting was changed meanwhile.';
    if (proposal.to === undefined) await applyValues(context, target, undefined);
    else {
      assertOpen(target);
      await applyValues(context, target, await acceptValues(context, target, proposal.to));
    }
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
};
