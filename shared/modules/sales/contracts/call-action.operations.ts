import { given } from '#kernel';
import type { CallAction } from '#modules/engagement/calls';
import { Contract } from './contract.entity.ts';

/** The newest draft of a contract with whom one speaks goes out to be signed, unless another one is named. */
export const contractFromCall: CallAction = {
  key: 'CONTRACT',
  ofAccount: true,
  describes: 'Sends a contract to whom one speaks, to be signed: the newest draft unless another one is named.',
  label: { es: 'Enviar el contrato a firmar', en: 'Send the contract to be signed' },
  operation: 'sendContract',
  fill: async ({ account }, { data }) => {
    if (account === undefined) return {};
    const { rows } = await data(Contract).page('byAccount', { of: account, descending: true, first: 50 });
    const draft = rows.find(({ status }) => status === 'DRAFT');
    return given({ id: draft?.id, version: draft?.version });
  },
};
