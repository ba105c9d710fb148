/** What the widget says, by the language of the page. */
export interface Words {
  readonly open: string;
  readonly title: string;
  readonly close: string;
  readonly label: string;
  readonly send: string;
  readonly log: string;
  readonly hello: string;
  readonly you: string;
  readonly us: string;
  readonly bot: string;
  readonly typing: string;
  readonly sending: string;
  readonly notSent: string;
  readonly offline: string;
  readonly waiting: string;
  readonly closed: string;
  /** `{when}` is the moment in the page's language. */
  readonly opens: string;
  readonly resolved: string;
  readonly refused: string;
  readonly earlier: string;
  readonly unread: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  en: {
    open: 'Chat with us',
    title: 'Chat',
    close: 'Close the chat',
    label: 'Your message',
    send: 'Send',
    log: 'Messages',
    hello: 'Hello! How can we help?',
    you: 'You',
    us: 'Customer care',
    bot: 'Assistant',
    typing: 'is typing …',
    sending: 'Sending …',
    notSent: 'Not sent yet. It goes out as soon as there is a connection.',
    offline: 'No connection. Trying again …',
    waiting: 'We have your message. Somebody will answer here as soon as possible.',
    closed: 'Nobody is here right now. Leave your message, we will answer.',
    opens: 'Nobody is here right now. We are back {when}; leave your message, we will answer.',
    resolved: 'This conversation has ended. Write to start another one.',
    refused: 'The chat is not available at the moment.',
    earlier: 'Sent on another channel',
    unread: 'new messages',
  },
  fi: {
    open: 'Keskustele kanssamme',
    title: 'Chat',
    close: 'Sulje chat',
    label: 'Viestisi',
    send: 'Lähetä',
    log: 'Viestit',
    hello: 'Hei! Miten voimme auttaa?',
    you: 'Sinä',
    us: 'Asiakaspalvelu',
    bot: 'Avustaja',
    typing: 'kirjoittaa …',
    sending: 'Lähetetään …',
    notSent: 'Ei vielä lähetetty. Viesti lähtee, kun yhteys palaa.',
    offline: 'Ei yhteyttä. Yritetään uudelleen …',
    waiting: 'Saimme viestisi. Vastaamme tässä niin pian kuin mahdollista.',
    closed: 'Juuri nyt kukaan ei ole paikalla. Jätä viesti, niin vastaamme.',
    opens: 'Juuri nyt kukaan ei ole paikalla. Palaamme {when}; jätä viesti, niin vastaamme.',
    resolved: 'Tämä keskustelu on päättynyt. Kirjoita, niin aloitamme uuden.',
    refused: 'Chat ei ole nyt käytettävissä.',
    earlier: 'Lähetetty toisessa kanavassa',
    unread: 'uutta viestiä',
  },
  et: {
    open: 'Vestle meiega',
    title: 'Vestlus',
    close: 'Sulge vestlus',
    label: 'Sinu sõnum',
    send: 'Saada',
    log: 'Sõnumid',
    hello: 'Tere! Kuidas saame aidata?',
    you: 'Sina',
    us: 'Klienditugi',
    bot: 'Abiline',
    typing: 'kirjutab …',
    sending: 'Saadan …',
    notSent: 'Veel saatmata. Sõnum läheb teele, kui ühendus taastub.',
    offline: 'Ühendus puudub. Proovin uuesti …',
    waiting: 'Saime su sõnumi kätte. Vastame siin nii ruttu kui võimalik.',
    closed: 'Praegu ei ole kedagi kohal. Jäta sõnum, me vastame.',
    opens: 'Praegu ei ole kedagi kohal. Oleme tagasi {when}; jäta sõnum, me vastame.',
    resolved: 'See vestlus on lõppenud. Kirjuta, et alustada uut.',
    refused: 'Vestlus ei ole praegu saadaval.',
    earlier: 'Saadetud teises kanalis',
    unread: 'uut sõnumit',
  },
  sv: {
    open: 'Chatta med oss',
    title: 'Chatt',
    close: 'Stäng chatten',
    label: 'Ditt meddelande',
    send: 'Skicka',
    log: 'Meddelanden',
    hello: 'Hej! Hur kan vi hjälpa till?',
    you: 'Du',
    us: 'Kundtjänst',
    bot: 'Assistent',
    typing: 'skriver …',
    sending: 'Skickar …',
    notSent: 'Inte skickat ännu. Det går i väg när anslutningen är tillbaka.',
    offline: 'Ingen anslutning. Försöker igen …',
    waiting: 'Vi har fått ditt meddelande. Någon svarar här så snart som möjligt.',
    closed: 'Ingen är här just nu. Lämna ett meddelande, så svarar vi.',
    opens: 'Ingen är här just nu. Vi är tillbaka {when}; lämna ett meddelande, så svarar vi.',
    resolved: 'Samtalet är avslutat. Skriv för att börja ett nytt.',
    refused: 'Chatten är inte tillgänglig just nu.',
    earlier: 'Skickat i en annan kanal',
    unread: 'nya meddelanden',
  },
};

export const wordsOf = (language: string): Words => WORDS[language.slice(0, 2).toLowerCase()] ?? WORDS['en']!;
