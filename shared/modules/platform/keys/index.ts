import { module } from '#kernel';
import type { RoleGrant } from '#modules/platform/roles';
import { ApiKey } from './api-key.entity.ts';
import { createApiKey, revokeApiKey } from './api-key.operations.ts';
import { SealedSecret } from './sealed-secret.entity.ts';

/** Only administrators see which keys there are. */
const grants: readonly RoleGrant[] = [{ roles: ['manager', 'seller', 'support'], entities: { ApiKey: {} } }];

/** Keys by which programs call the API. */
export const keys = module('platform/keys', {
  entities: [ApiKey, SealedSecret],
  operations: [createApiKey, revokeApiKey],
  contributes: { 'role-grants': grants },
});
export { ApiKey, type ApiKeyRow } from './api-key.entity.ts';
export { issueKey, secretKey, type Issuing } from './api-key.operations.ts';
export { derivedSecret, hashSecret, isSecret, readKey, writeKey, type KeyParts } from './key-secret.rules.ts';
export { keepSecret, secretOf } from './kept-secret.operations.ts';
export { seal, unseal } from './sealing.operations.ts';
