/** What the audit log is about. */
export const auditKinds = ['SIGN_INS', 'EXPORTS', 'IMPORTS', 'PRIVACY', 'PEOPLE', 'ROLES', 'KEYS', 'SETTINGS'] as const;
type AuditKind = (typeof auditKinds)[number];

/** Which records say it. */
const audited: Readonly<Record<string, AuditKind>> = {
  SignIn: 'SIGN_INS',
  Export: 'EXPORTS',
  Import: 'IMPORTS',
  PrivacyRequest: 'PRIVACY',
  User: 'PEOPLE',
  Team: 'PEOPLE',
  OrgUnit: 'PEOPLE',
  Role: 'ROLES',
  ApiKey: 'KEYS',
  Tenant: 'SETTINGS',
  SettingPolicy: 'SETTINGS',
  OwnSetting: 'SETTINGS',
  SettingProposal: 'SETTINGS',
  ApprovalPolicy: 'SETTINGS',
  CustomField: 'SETTINGS',
  Pipeline: 'SETTINGS',
  ListEntry: 'SETTINGS',
  MailTemplate: 'SETTINGS',
};

/** The entities whose events are on the audit trail. */
export const auditedEntities: readonly string[] = Object.keys(audited);

export const kindOfRecord = (entity: string): AuditKind | undefined => audited[entity];
