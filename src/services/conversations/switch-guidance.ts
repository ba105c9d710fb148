import type { Channel, SwitchReason } from '../../values/vocabulary.ts';

type Reason = Exclude<SwitchReason, 'fallback'>;

/** What a customer is told when the conversation goes on elsewhere, in one language. */
interface Guidance {
  /** Why, with the place where it goes on. */
  readonly why: Record<Reason, (where: string) => string>;
  readonly rest: (reference: string) => string;
  /** For everybody's eyes: it names neither the person nor the matter. */
  readonly inPublic: string;
  readonly where: Readonly<Record<Channel, string>>;
  readonly elsewhere: string;
}

const GUIDANCE: Readonly<Record<string, Guidance>> = {
  en: {
    why: {
      harder: (where) => `This needs a closer look, so we continue ${where}.`,
      privacy: (where) => `To keep your details private, we continue ${where}.`,
      convenience: (where) => `As it suits you better, we continue ${where}.`,
      escalation: (where) => `So that you are helped at once, we continue ${where}.`,
    },
    rest: (reference) =>
      `You do not need to repeat anything: we have everything you told us. Your reference is ${reference}.`,
    inPublic: 'Thank you for your message. We have sent you a private message.',
    where: {
      email: 'by email',
      sms: 'by text message',
      whatsapp: 'on WhatsApp',
      voice: 'by phone',
      messenger: 'on Messenger',
      instagram: 'in private messages on Instagram',
      x: 'in private messages on X',
      live_chat: 'in our chat',
      app: 'in our app',
    },
    elsewhere: 'on another channel',
  },
  fi: {
    why: {
      harder: (where) => `Tämä vaatii tarkempaa selvittelyä, joten jatkamme ${where}.`,
      privacy: (where) => `Jotta tietosi pysyvät yksityisinä, jatkamme ${where}.`,
      convenience: (where) => `Koska se sopii sinulle paremmin, jatkamme ${where}.`,
      escalation: (where) => `Jotta saat apua heti, jatkamme ${where}.`,
    },
    rest: (reference) =>
      `Sinun ei tarvitse toistaa mitään: meillä on kaikki, mitä olet kertonut. Viitteesi on ${reference}.`,
    inPublic: 'Kiitos viestistäsi. Lähetimme sinulle yksityisviestin.',
    where: {
      email: 'sähköpostitse',
      sms: 'tekstiviestitse',
      whatsapp: 'WhatsAppissa',
      voice: 'puhelimitse',
      messenger: 'Messengerissä',
      instagram: 'Instagramin yksityisviesteissä',
      x: 'X:n yksityisviesteissä',
      live_chat: 'chatissamme',
      app: 'sovelluksessamme',
    },
    elsewhere: 'toisessa kanavassa',
  },
  et: {
    why: {
      harder: (where) => `See vajab põhjalikumat uurimist, seega jätkame ${where}.`,
      privacy: (where) => `Teie andmete kaitseks jätkame ${where}.`,
      convenience: (where) => `Kuna see sobib Teile paremini, jätkame ${where}.`,
      escalation: (where) => `Et saaksite kohe abi, jätkame ${where}.`,
    },
    rest: (reference) =>
      `Te ei pea midagi kordama: kõik, mida olete meile rääkinud, on meil olemas. Teie viitenumber on ${reference}.`,
    inPublic: 'Täname sõnumi eest. Saatsime Teile privaatsõnumi.',
    where: {
      email: 'e-posti teel',
      sms: 'SMS-i teel',
      whatsapp: 'WhatsAppis',
      voice: 'telefoni teel',
      messenger: 'Messengeris',
      instagram: 'Instagrami privaatsõnumites',
      x: 'X-i privaatsõnumites',
      live_chat: 'meie vestluses',
      app: 'meie rakenduses',
    },
    elsewhere: 'teises kanalis',
  },
  sv: {
    why: {
      harder: (where) => `Det här behöver vi titta närmare på, så vi fortsätter ${where}.`,
      privacy: (where) => `För att skydda dina uppgifter fortsätter vi ${where}.`,
      convenience: (where) => `Eftersom det passar dig bättre fortsätter vi ${where}.`,
      escalation: (where) => `För att du ska få hjälp direkt fortsätter vi ${where}.`,
    },
    rest: (reference) => `Du behöver inte upprepa något: vi har allt du har berättat. Din referens är ${reference}.`,
    inPublic: 'Tack för ditt meddelande. Vi har skickat ett privat meddelande till dig.',
    where: {
      email: 'via e-post',
      sms: 'via sms',
      whatsapp: 'på WhatsApp',
      voice: 'per telefon',
      messenger: 'på Messenger',
      instagram: 'i privata meddelanden på Instagram',
      x: 'i privata meddelanden på X',
      live_chat: 'i vår chatt',
      app: 'i vår app',
    },
    elsewhere: 'i en annan kanal',
  },
  de: {
    why: {
      harder: (where) => `Das sehen wir uns genauer an und machen ${where} weiter.`,
      privacy: (where) => `Um Ihre Daten zu schützen, machen wir ${where} weiter.`,
      convenience: (where) => `Weil es Ihnen besser passt, machen wir ${where} weiter.`,
      escalation: (where) => `Damit Ihnen sofort geholfen wird, machen wir ${where} weiter.`,
    },
    rest: (reference) =>
      `Sie müssen nichts wiederholen: Wir haben alles, was Sie uns gesagt haben. Ihre Referenz ist ${reference}.`,
    inPublic: 'Danke für Ihre Nachricht. Wir haben Ihnen eine private Nachricht geschickt.',
    where: {
      email: 'per E-Mail',
      sms: 'per SMS',
      whatsapp: 'auf WhatsApp',
      voice: 'telefonisch',
      messenger: 'im Messenger',
      instagram: 'in privaten Nachrichten auf Instagram',
      x: 'in privaten Nachrichten auf X',
      live_chat: 'in unserem Chat',
      app: 'in unserer App',
    },
    elsewhere: 'auf einem anderen Kanal',
  },
};

const guidanceIn = (languages: readonly (string | null)[]): Guidance => {
  const known = languages
    .map((language) => language?.split('-')[0]?.toLowerCase() ?? '')
    .find((language) => Object.hasOwn(GUIDANCE, language));
  return GUIDANCE[known ?? 'en']!;
};

/** Tells the customer where it goes on and that nothing need be repeated, in the first of the languages that we speak, else in English. */
export function privateGuidance(
  languages: readonly (string | null)[],
  to: { channel: Channel; reason: Reason; reference: string },
): string {
  const { why, where, elsewhere, rest } = guidanceIn(languages);
  const place = Object.hasOwn(where, to.channel) ? where[to.channel]! : elsewhere;
  return `${why[to.reason](place)} ${rest(to.reference)}`;
}

/** The same where everybody reads it: only that there is a private message. */
export const publicGuidance = (languages: readonly (string | null)[]): string => guidanceIn(languages).inPublic;
