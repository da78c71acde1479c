/** The purposes of links: to the chat of a site, to what one visitor wrote there, and to the script that shows it within pages. */
export const chatPurposes = { door: 'chat', visit: 'chat-visit', script: 'chat-script' } as const;

/** A visit is taken up again for so many days after something was written in it. */
export const visitDays = 30;

/** What the chat page says. */
export const chatWords = {
  es: {
    title: 'Escríbanos',
    name: 'Su nombre',
    email: 'Su correo (para responderle si se va)',
    message: 'Su mensaje',
    send: 'Enviar',
    you: 'Usted',
    us: 'Nosotros',
    tooMany: 'Ha escrito mucho en poco tiempo. Espere unos minutos y vuelva a intentarlo.',
  },
  en: {
    title: 'Write to us',
    name: 'Your name',
    email: 'Your e-mail (to answer you if you leave)',
    message: 'Your message',
    send: 'Send',
    you: 'You',
    us: 'We',
    tooMany: 'You have written a lot in a short time. Wait a few minutes and try again.',
  },
} as const;

/** The words of the page in a language. */
export type ChatWords = (typeof chatWords)['es' | 'en'];
