import { module } from '#kernel';
import { sampleData } from '#modules/platform/tenants';
import { sampleBusiness } from './samples.operations.ts';

/** What a trial has to look at. */
export const samples = module('sales/samples', { contributes: { [sampleData]: [sampleBusiness] } });
