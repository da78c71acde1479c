export { ageingAt, bucketOf, buckets, type Ageing, type Bucket } from './ageing.rules.ts';
