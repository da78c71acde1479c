import { module } from '#kernel';
import { filePage } from './file-link.operations.ts';

export { formFields, formParts, type FormPart } from './form-fields.rules.ts';
export { fileLink } from './file-link.operations.ts';
export { codePurpose, oneTimeCode } from './one-time-code.operations.ts';
export { escapeHtml, markup, type Html } from './html.rules.ts';
export { originProblems } from './origins.rules.ts';
export { pagePolicy, type PageNeeds } from './page-policy.rules.ts';
export type { Locale } from '#kernel';
export { refusalPage, webPage, type WebPage } from './web-page.rules.ts';

/** Signed one-purpose links: what people without an account see, and the link to a file. */
export const links = module('platform/links', { pages: [filePage] });
