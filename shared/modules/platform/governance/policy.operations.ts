import {
  boolean,
  change,
  creation,
  DomainError,
  list,
  object,
  optional,
  query,
  recordInput,
  signedIn,
  text,
  type Context,
} from '#kernel';
import { ApprovalPolicy } from '#modules/platform/approvals';
import { renewPolicies, SettingPolicy, type SettingPolicyRow } from '#modules/platform/settings';
import { kindOf, kindsOf } from './target.operations.ts';

const fails = ['UNKNOWN_SETTING', 'NOT_OPENABLE', 'NO_APPROVAL_POLICY'] as const;

/** A policy says something about a setting that there is, opens what may be opened, and asks whom a policy of approvals names. */
const assertPolicy = async (context: Context, row: SettingPolicyRow): Promise<SettingPolicyRow> => {
  const { kind: name, key, openTo, approval } = row;
  const kind = kindOf(context, name);
  const keys = key === undefined ? [] : [key];
  for (const each of keys)
    if (!kind.standard(await kind.rows(context, each), each, context.registry))
      throw new DomainError('UNKNOWN_SETTING', `There is no setting ${name} ${each}.`, ['key']);
  if (openTo !== 'FIXED' && keys.some((each) => !kind.ownFields(context.registry, each)))
    throw new DomainError('NOT_OPENABLE', `${name} ${String(key)} is the same for everybody.`, ['openTo']);
  if (approval !== undefined) await assertApprovers(context, approval);
  renewPolicies(context);
  return row;
};

const assertApprovers = async ({ trusted }: Context, kind: string): Promise<void> => {
  const { rows } = await trusted(ApprovalPolicy).page('byKind', { of: kind, first: 100 });
  if (rows.some(({ active, from }) => active && from === undefined)) return;
  throw new DomainError('NO_APPROVAL_POLICY', `No approval policy says who decides about ${kind}.`, ['approval']);
};

export const createSettingPolicy = creation(SettingPolicy, 'createSettingPolicy', {
  describes:
    'Says how a setting, or every one of a kind, is governed: who may have own values, whose agreement a change needs.',
  needs: 'settingPolicy.create',
  input: {},
  returns: SettingPolicy,
  fails,
  run: ({ values }, context) => assertPolicy(context, context.data(SettingPolicy).create(values)),
});

export const updateSettingPolicy = change(SettingPolicy, 'updateSettingPolicy', {
  describes: 'Changes how a setting is governed. Own values that it no longer lets count are kept and count no more.',
  needs: 'settingPolicy.update',
  input: recordInput('SettingPolicy'),
  returns: SettingPolicy,
  fails,
  run: async ({ id, changes }, context) =>
    assertPolicy(context, context.data(SettingPolicy).update(await context.data(SettingPolicy).get(id), changes)),
});

const kindFields = {
  name: text({ describes: 'How policies and settings name it.' }),
  describes: text({ max: 1000, describes: 'What it is.' }),
  keys: list(
    object('SettingKey', {
      key: text({ describes: 'Which one.' }),
      mayBeOwn: boolean({ describes: 'Whether a policy can open it to teams and users.' }),
    }),
    { max: 5000, describes: 'The settings of the kind that there are.' },
  ),
};

export const listSettingKinds = query('settingKinds', {
  describes: 'What can be governed: every kind of setting with the settings that there are.',
  needs: signedIn,
  input: { kind: optional(text({ max: 40, describes: 'Only this kind.' })) },
  returns: { kinds: list(object('SettingKind', kindFields), { max: 100, describes: 'By module.' }) },
  run: async ({ kind }, context) => {
    const kinds = kind === undefined ? kindsOf(context) : [kindOf(context, kind)];
    return {
      kinds: await Promise.all(
        kinds.map(async ({ name, describes, ...rest }) => ({
          name,
          describes,
          keys: (await rest.keys(context)).map((key) => ({
            key,
            mayBeOwn: rest.ownFields(context.registry, key) !== undefined,
          })),
        })),
      ),
    };
  },
});
