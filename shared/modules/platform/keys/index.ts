import { module } from '#kernel';
import { ApiKey } from './api-key.entity.ts';

/** Keys of programs. */
export const keys = module('platform/keys', { entities: [ApiKey] });
export { ApiKey, type ApiKeyRow } from './api-key.entity.ts';
