/** What a conversation is about. Add at the end; never reuse a word. */
export const CONVERSATION_TOPICS = ['delivery', 'returns', 'payment', 'product', 'account'] as const;
export type ConversationTopic = (typeof CONVERSATION_TOPICS)[number];

/**
 * Stems that point at a topic, in the languages of the first markets (English, Finnish, Swedish, German). The topic with the
 * most hits wins, the earlier one of two equals. Open rules that anyone can read, until a model knows better.
 */
const STEMS: Record<ConversationTopic, RegExp> = {
  returns:
    /(?<!\p{L})(?:return|refund|exchang|send (?:it )?back|palaut|hyvit|vaihta|retur|återbetal|rücksend|umtausch|erstatt)/giu,
  delivery:
    /(?<!\p{L})(?:deliver|ship|track|parcel|package|courier|where is my order|toimitu|paket|lähety|seuran|leverans|spår|liefer|versand|sendung)/giu,
  payment: /(?<!\p{L})(?:pay|paid|invoic|charg|credit card|gift card|maks|lasku|betal|faktura|kort|zahl|rechnung)/giu,
  account:
    /(?<!\p{L})(?:account|password|log ?in|sign ?in|profile|tili|salasana|kirjaudu|konto|lösenord|logga|passwort|anmeld)/giu,
  product:
    /(?<!\p{L})(?:size|colou?r|stock|product|item|material|koko|väri|tuot|varasto|storlek|färg|lager|größe|farbe|produkt)/giu,
};
const READ_CHARACTERS = 2_000;

/** The topic a text is about, or null when no rule points anywhere. Only its beginning is read. */
export function topicOf(text: string): ConversationTopic | null {
  const beginning = text.slice(0, READ_CHARACTERS);
  let best: { topic: ConversationTopic; hits: number } | null = null;
  for (const [topic, stems] of Object.entries(STEMS) as [ConversationTopic, RegExp][]) {
    const hits = beginning.match(stems)?.length ?? 0;
    if (hits > (best?.hits ?? 0)) best = { topic, hits };
  }
  return best?.topic ?? null;
}
