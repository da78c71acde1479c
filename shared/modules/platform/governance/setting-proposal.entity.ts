import { derivedOptional, entity, json, longText, optional, ownedBy, ref, text, type Row } from '#kernel';
import type { SettingValues } from '#modules/platform/settings';

/** A change of a setting that waits for those who must agree. */
export const SettingProposal = entity('SettingProposal', {
  idPrefix: 'spr',
  describes:
    'A change of a setting that counts once those agree who must: of what, from what, to what, why, and what was decided.',
  fields: {
    kind: text({ max: 40, describes: 'The kind of setting: PIPELINE.' }),
    key: text({ max: 120, describes: 'Which one.' }),
    user: optional(ref('User', { describes: 'Whose own values, where they are a person’s.' })),
    team: optional(
      ref('Team', { describes: 'Whose own values, where they are a team’s; the tenant’s standard with neither.' }),
    ),
    from: optional(json<SettingValues>({ describes: 'The values before; absent when the holder had none.' })),
    to: optional(json<SettingValues>({ describes: 'The values proposed; absent for going back to the standard.' })),
    reason: optional(longText({ max: 2000, describes: 'Why.' })),
    askedBy: optional(ref('User', { describes: 'Who proposes it.' })),
    approval: derivedOptional(ref('Approval', { describes: 'The question to those who must agree.' })),
    failedBecause: derivedOptional(text({ max: 500, describes: 'Why it could not be applied though they agreed.' })),
    waiting: derivedOptional(
      text({ max: 220, unique: true, describes: 'Kind, key and holder while it waits: one proposal at a time.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'PENDING',
    moves: { PENDING: ['APPLIED', 'REJECTED', 'FAILED'], APPLIED: [], REJECTED: [], FAILED: [] },
    frozenIn: ['APPLIED', 'REJECTED', 'FAILED'],
    closedIn: ['APPLIED', 'REJECTED', 'FAILED'],
  },
  owner: ownedBy('askedBy'),
  keys: {
    byAsker: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
  },
  timeline: ['id'],
  title: ({ kind, key }) => `${kind} ${key}`,
});

/** A proposal, as code sees it. */
export type ProposalRow = Row<typeof SettingProposal>;
