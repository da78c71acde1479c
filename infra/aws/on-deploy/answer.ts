// How a function answers CloudFormation: whatever happens, the stack hears of it; else it would wait for an hour.
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** A handler of a custom resource; `serve` does the work and may throw. `physicalId` names what it keeps. */
export const answering =
  (
    physicalId: (event: CloudFormationCustomResourceEvent) => string,
    serve: (event: CloudFormationCustomResourceEvent) => Promise<void>,
  ) =>
  async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const { StackId, RequestId, LogicalResourceId } = event;
    const outcome = await serve(event).then(succeeded, failed);
    const answer = { ...outcome, StackId, RequestId, LogicalResourceId, PhysicalResourceId: physicalId(event) };
    // Bytes, because a text would bring a content type along that the signature of the URL does not cover.
    const body = new TextEncoder().encode(JSON.stringify(answer));
    const response = await fetch(event.ResponseURL, { method: 'PUT', body });
    if (!response.ok) throw new Error(`CloudFormation took no answer: ${response.status}`);
  };

const succeeded = () => ({ Status: 'SUCCESS' });

const failed = (error: unknown) => ({
  Status: 'FAILED',
  Reason: error instanceof Error ? error.message : String(error),
});
