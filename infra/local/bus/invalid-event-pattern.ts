// What EventBridge would refuse when a rule is made.

/** A pattern that EventBridge does not take; `path` is the field. */
export class InvalidEventPattern extends Error {
  override readonly name = 'InvalidEventPattern';
  readonly path: string;
  constructor(path: string, reason: string) {
    super(path === '' ? reason : `${path}: ${reason}`);
    this.path = path;
  }
}
