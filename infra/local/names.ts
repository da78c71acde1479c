// Names that AWS would give: account, region, ARNs.

/** The account that is nobody's. */
export const account = '000000000000';

/** The region that handlers are told. */
export const region = 'us-east-1';

/** The stage; names deployments, nothing asks for it. */
export const stage = 'local';

/** The beginning of every resource's name. */
export const resourcePrefix = `lazo-${stage}`;

/** The domain that mail comes from. */
export const mailDomain = 'lazo.example';

/** ARN of a function by its name in the wiring. */
export const functionArn = (name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${resourcePrefix}-${name}`;

/** Name in the wiring of the function with this ARN. */
export const functionOfArn = (arn: string): string => arn.slice(functionArn('').length);

/** ARN of a queue by its name in the wiring. */
export const queueArn = (queue: string): string => `arn:aws:sqs:${region}:${account}:${resourcePrefix}-${queue}`;

/** Where messages of a queue go that failed too often. */
export const deadLettersOf = (queue: string): string => `${queue}-dlq`;
