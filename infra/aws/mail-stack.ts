// Mail out and in through SES: the sender's domain, what becomes of mail sent, and where mail received is kept.
import { CfnOutput, CustomResource, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  CfnReceiptRule,
  ConfigurationSet,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { LazoFunction } from './lazo-function.ts';
import { namesFor, type Names } from './names.ts';
import type { Settings } from './settings.ts';
import { functionNames, wiringOf } from './wired-function.ts';

/** Identity, a configuration set for each stream and, where the region receives mail, receipt rules. */
export class MailStack extends Stack {
  readonly #settings: Settings;
  readonly #names: Names;

  constructor(scope: Construct, id: string, props: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    this.#settings = props.settings;
    this.#names = namesFor(this, props.settings.stage);
    this.#sendFrom(props.settings.mailDomain);
    if (props.settings.receivesMail) this.#receiveAt(props.settings.mailDomain);
  }

  #sendFrom(domain: string): void {
    const bus = EventBus.fromEventBusName(this, 'default', 'default');
    const configurationSet = this.#stream('sent', this.#names.configurationSet, bus, whatBecomesOfMail);
    // SES rewrites every link of a set that tells of clicks: links that sign or pay must not pass through it.
    this.#stream('marketing', this.#names.marketingSet, bus, [...whatBecomesOfMail, ...whatReadersDo]);
    const identity = new EmailIdentity(this, 'domain', {
      identity: Identity.domain(domain),
      configurationSet,
      mailFromDomain: `bounce.${domain}`,
    });
    for (const [index, { name, value }] of identity.dkimRecords.entries()) {
      new CfnOutput(this, `dkim${index + 1}`, { value: `${name} CNAME ${value}` });
    }
  }

  #stream(id: string, name: string, bus: IEventBus, events: readonly EmailSendingEvent[]): ConfigurationSet {
    const set = new ConfigurationSet(this, id, {
      configurationSetName: name,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      reputationMetrics: false,
    });
    // SES reaches no bus but the default one; a rule of the wiring forwards from there (queues.ts).
    set.addEventDestination('default-bus', { destination: EventDestination.eventBus(bus), events: [...events] });
    return set;
  }

  #receiveAt(domain: string): void {
    const topic = this.#announce();
    const rule = new CfnReceiptRule(this, 'receipt-rule', {
      ruleSetName: this.#settings.receiptRuleSet,
      rule: {
        name: this.#names.receiptRule,
        enabled: true,
        // Addresses of conversations, records and tenants are made below a domain of their own.
        recipients: [domain, `in.${domain}`],
        scanEnabled: true,
        tlsPolicy: 'Optional',
        actions: [
          {
            s3Action: {
              bucketName: this.#names.bucket('inbound-mail'),
              objectKeyPrefix: inboundPrefix,
              topicArn: topic.topicArn,
            },
          },
        ],
      },
    });
    rule.node.addDependency(this.#activateRules(), topic);
  }

  /** Tells that a mail is in the bucket, with envelope and verdicts, which the mail itself does not carry. */
  #announce(): Topic {
    const topic = new Topic(this, 'inbound', { topicName: this.#names.inboundTopic, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: {
            'aws:SourceAccount': this.account,
            'aws:SourceArn': this.#names.receiptRuleArn(this.#settings.receiptRuleSet),
          },
        },
      }),
    );
    return topic;
  }

  #activateRules(): CustomResource {
    const actions = ['DescribeActiveReceiptRuleSet', 'CreateReceiptRuleSet', 'SetActiveReceiptRuleSet'];
    const activator = new LazoFunction(this, {
      settings: this.#settings,
      name: 'activate-receipt-rules',
      entry: 'infra/aws/on-deploy/activate-receipt-rules.ts',
      memory: 256,
      timeoutSeconds: 30,
      permissions: [
        {
          actions: actions.map((action) => `ses:${action}`),
          resources: ['*'],
          starBecause: 'SES knows no resources for these actions; there is one active rule set in a region.',
        },
      ],
      environment: {},
    });
    return new CustomResource(this, 'active-receipt-rules', {
      resourceType: 'Custom::ActiveReceiptRules',
      serviceToken: activator.lambda.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { RuleSetName: this.#settings.receiptRuleSet },
    });
  }
}

/** What mail-feedback writes into the ledger. */
const whatBecomesOfMail = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
];

/** Of marketing alone. */
const whatReadersDo = [EmailSendingEvent.OPEN, EmailSendingEvent.CLICK];

/** Until a function of the wiring receives mail, mail is kept in the bucket under this prefix. */
const inboundPrefix =
  functionNames.flatMap((name) => wiringOf(name).triggers).find((trigger) => trigger.on === 'mail')?.prefix ??
  'inbound/';
