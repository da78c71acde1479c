// What `cdk` runs: one stage, chosen by `-c stage=dev|prod`, checked against the AwsSolutions rules of cdk-nag.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from './settings.ts';
import { declareStacks } from './stacks.ts';

const app = new App();
declareStacks(app, readSettings(app));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
