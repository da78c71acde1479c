// What must never be lost: the table, the buckets and the secrets.
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  ObjectOwnership,
  type BucketProps,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { tableDefinition, type KeyPair } from '#infra/table-definition';
import { namesFor, type BucketName, type Names } from './names.ts';
import { Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';

/** Table, buckets, secrets. */
export class DataStack extends Stack {
  /** The stream's ARN carries the time of its making, so it cannot be derived from a name. */
  readonly streamArn: string;
  readonly #settings: Settings;
  readonly #names: Names;

  constructor(scope: Construct, id: string, props: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    this.#settings = props.settings;
    this.#names = namesFor(this, props.settings.stage);
    this.streamArn = this.#makeTable();
    const accessLogs = this.#makeAccessLogs();
    this.#makeBucket('files', accessLogs, { cors: [signedUrlsFromAnySite] });
    this.#makeBucket('failures', accessLogs, { lifecycleRules: [{ expiration: Duration.days(90) }] });
    const inbound = this.#makeBucket('inbound-mail', accessLogs, {
      // Once taken in, a mail is a file of its tenant, which erasure finds; this copy is for tries.
      lifecycleRules: [{ expiration: Duration.days(inboundDays), noncurrentVersionExpiration: Duration.days(1) }],
    });
    inbound.addToResourcePolicy(
      receivesFromSes(inbound, this.account, this.#names.receiptRuleArn(props.settings.receiptRuleSet)),
    );
    new Secrets(this, props.settings);
  }

  get #removal(): RemovalPolicy {
    return this.#settings.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  #makeTable(): string {
    const { key, indexes } = tableDefinition;
    const table = new Table(this, 'table', {
      tableName: this.#names.table,
      ...attributesOf(key),
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: tableDefinition.timeToLive,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: this.#settings.restoreDays,
      },
      deletionProtection: this.#settings.keepsData,
      removalPolicy: this.#removal,
    });
    for (const [indexName, index] of Object.entries(indexes)) {
      table.addGlobalSecondaryIndex({
        indexName,
        ...attributesOf(index),
        projectionType: ProjectionType[index.projection],
      });
    }
    if (table.tableStreamArn === undefined) throw new Error('The table has no stream');
    return table.tableStreamArn;
  }

  #makeAccessLogs(): Bucket {
    return new Bucket(this, 'access-logs', {
      ...this.#guarded('access-logs'),
      lifecycleRules: [{ expiration: Duration.days(this.#settings.logDays) }],
    });
  }

  #makeBucket(name: BucketName, accessLogs: Bucket, props: BucketProps): Bucket {
    return new Bucket(this, name, {
      ...this.#guarded(name),
      versioned: true,
      // CDK's own class misses its own interface by an optional property under exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: `${name}/`,
      ...props,
      lifecycleRules: [...(props.lifecycleRules ?? []), forgetsOldVersions],
    });
  }

  #guarded(name: BucketName): BucketProps {
    return {
      bucketName: this.#names.bucket(name),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: this.#removal,
    };
  }
}

const attributesOf = ({ partition, sort }: KeyPair) => ({
  partitionKey: { name: partition, type: AttributeType.STRING },
  sortKey: { name: sort, type: AttributeType.STRING },
});

/** A mistake can be undone for a month; after it an erased file is erased. */
const forgetsOldVersions = {
  noncurrentVersionExpiration: Duration.days(30),
  abortIncompleteMultipartUploadAfter: Duration.days(7),
  expiredObjectDeleteMarker: true,
};

/** A day longer than the messages that announce mails, and their dead letters, are kept. */
const inboundDays = 15;

/** Signed URLs are used by pages of any tenant's site; the signature is the permission, not the origin. */
const signedUrlsFromAnySite = {
  allowedMethods: [HttpMethods.GET, HttpMethods.PUT],
  allowedOrigins: ['*'],
  allowedHeaders: ['*'],
  maxAge: 3600,
};

const receivesFromSes = (bucket: Bucket, account: string, receiptRuleArn: string): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal('ses.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
    conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': receiptRuleArn } },
  });
