import type { Locale } from '#kernel';
import type { AnswerProblem } from './answers.rules.ts';

/** What pages of forms say by themselves. */
export type FormWords = {
  readonly send: string;
  readonly thanks: string;
  readonly mailed: string;
  readonly closed: string;
  readonly tooMany: string;
  readonly stale: string;
  readonly required: string;
  readonly choose: string;
  readonly problems: Readonly<Record<AnswerProblem, string>>;
  readonly confirmTitle: string;
  readonly confirmAsk: string;
  readonly confirm: string;
  readonly confirmed: string;
  readonly agreeTitle: string;
  readonly agreeAsk: string;
};

/** In the visitor's language. */
export const formWords: Readonly<Record<Locale, FormWords>> = {
  es: {
    send: 'Enviar',
    thanks: 'Gracias. Lo hemos recibido.',
    mailed: 'Gracias. Le hemos enviado un mensaje: abra el enlace que contiene para confirmarlo.',
    closed: 'Este formulario ya no está abierto.',
    tooMany: 'Se han recibido demasiados envíos. Vuelva a intentarlo dentro de una hora.',
    stale: 'Esta página ya no está al día. Compruebe los datos y envíelos otra vez.',
    required: 'obligatorio',
    choose: 'Elija',
    problems: {
      REQUIRED: 'Falta este dato.',
      INVALID: 'Este dato no es válido.',
      TOO_LONG: 'El texto es demasiado largo.',
      TOO_LARGE: 'El archivo es demasiado grande.',
      TYPE_REFUSED: 'No se aceptan archivos de este tipo.',
    },
    confirmTitle: 'Confirme su envío',
    confirmAsk: 'Un clic más y lo habremos recibido. Si no ha enviado nada, cierre esta página.',
    confirm: 'Confirmar',
    confirmed: 'Gracias. Está confirmado.',
    agreeTitle: 'Confirme su consentimiento',
    agreeAsk: '¿Está de acuerdo con esto? Si no ha sido usted, cierre esta página.',
  },
  en: {
    send: 'Send',
    thanks: 'Thank you. We have received it.',
    mailed: 'Thank you. We have sent you a message: open the link in it to confirm.',
    closed: 'This form is no longer open.',
    tooMany: 'Too much was sent from there. Try again in an hour.',
    stale: 'This page is no longer up to date. Check what you wrote and send it again.',
    required: 'required',
    choose: 'Choose',
    problems: {
      REQUIRED: 'This is missing.',
      INVALID: 'This is not valid.',
      TOO_LONG: 'The text is too long.',
      TOO_LARGE: 'The file is too large.',
      TYPE_REFUSED: 'Files of this type are not taken.',
    },
    confirmTitle: 'Confirm what you sent',
    confirmAsk: 'One more click and we have received it. If you sent nothing, close this page.',
    confirm: 'Confirm',
    confirmed: 'Thank you. It is confirmed.',
    agreeTitle: 'Confirm your consent',
    agreeAsk: 'Do you agree to this? If it was not you, close this page.',
  },
};
