import { module } from '#kernel';
import { ApiKey } from './api-key.entity.ts';
import { createApiKey, revokeApiKey } from './api-key.operations.ts';

export { ApiKey, type ApiKeyRow } from './api-key.entity.ts';
export { issueKey, secretKey } from './api-key.operations.ts';
export { isSecret, readKey, type KeyParts } from './key-secret.rules.ts';

/** Keys by which programs call the API. */
export const keys = module('platform/keys', { entities: [ApiKey], operations: [createApiKey, revokeApiKey] });
