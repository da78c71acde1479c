// Findings of cdk-nag that we accept: always at the construct, always with the reason.
import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Permission } from './grants.ts';

/** Accepts findings below `scope`, by rule, each with its reason. */
export const acknowledge = (scope: Construct, reasons: Readonly<Record<string, string>>): void => {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(scope).acknowledge({ id, reason });
};

/** Accepts exactly the stars of `permissions` in policies below `scope`. @throws Error when one has no reason */
export const acknowledgeStars = (scope: Construct, permissions: readonly Permission[]): void => {
  for (const { resources, starBecause } of permissions) {
    for (const resource of resources.filter((name) => name.includes('*'))) {
      if (starBecause === undefined) throw new Error(`${resource} is granted without a reason for its star`);
      acknowledge(scope, { [`AwsSolutions-IAM5[Resource::${flatten(scope, resource)}]`]: starBecause });
    }
  }
};

/** An ARN as cdk-nag writes it in the id of a finding: references in angle brackets. */
const flatten = (scope: Construct, arn: string): string => {
  const resolved = Stack.of(scope).resolve(arn) as string | { 'Fn::Join': [string, (string | { Ref: string })[]] };
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = resolved['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join(separator);
};
