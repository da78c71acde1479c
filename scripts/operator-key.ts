// Prints the operator's key of a deployment, for whoever may read its secrets:
// `SECRETS=ssm:<prefix> AWS_REGION=... node --import ./scripts/host.js scripts/operator-key.ts`. On a laptop `npm start` prints it.
import { readEnvironment } from '#aws/environment';
import { openSecrets } from '#aws/secrets';
import { operatorKey } from '#modules/platform/identity';

console.log(await operatorKey({ ports: { secrets: openSecrets(readEnvironment()) } }));
