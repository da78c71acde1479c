// Makes sure that the region's one active SES receipt rule set is the one that our rules go into. CloudFormation can make
// a rule set but not activate it; and because stages share it, none of them may own it.
import {
  AlreadyExistsException,
  CreateReceiptRuleSetCommand,
  DescribeActiveReceiptRuleSetCommand,
  SESClient,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answering } from './answer.ts';

const ensureExists = async (ses: SESClient, RuleSetName: string): Promise<void> => {
  try {
    await ses.send(new CreateReceiptRuleSetCommand({ RuleSetName }));
  } catch (error) {
    if (!(error instanceof AlreadyExistsException)) throw error;
  }
};

const activate = async (ses: SESClient, RuleSetName: string): Promise<void> => {
  const active = (await ses.send(new DescribeActiveReceiptRuleSetCommand({}))).Metadata?.Name;
  if (active === RuleSetName) return;
  // Activating ours would silence whoever receives mail through that one.
  if (active !== undefined) {
    throw new Error(`The active receipt rule set is "${active}". Join it: deploy with -c receiptRuleSet=${active}`);
  }
  await ensureExists(ses, RuleSetName);
  await ses.send(new SetActiveReceiptRuleSetCommand({ RuleSetName }));
};

const ruleSetOf = ({ ResourceProperties }: CloudFormationCustomResourceEvent): string =>
  String(ResourceProperties['RuleSetName']);

/** Called by CloudFormation. A stage that goes leaves the set to the others. */
export const handler = answering(ruleSetOf, async (event) => {
  if (event.RequestType !== 'Delete') await activate(new SESClient({}), ruleSetOf(event));
});
