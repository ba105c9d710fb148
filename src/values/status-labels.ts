import type { FulfilmentStatus, OrderReturnStatus } from './order-axes.ts';
import type { SourceKind } from './sources.ts';
import type { OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus } from './vocabulary.ts';

/** Languages that statuses have words in. The first is the one for everybody else. */
const LABEL_LANGUAGES = ['en', 'fi', 'et'] as const;

/** Words for each status, in the order of the languages. */
type Labels<S extends string> = Readonly<Record<S, readonly [en: string, fi: string, et: string]>>;

export const ORDER_LABELS: Labels<OrderStatus> = {
  pending: ['order received', 'tilaus vastaanotettu', 'tellimus vastu võetud'],
  processed: ['being prepared', 'käsittelyssä', 'komplekteerimisel'],
  in_transit: ['in transit', 'matkalla', 'teel'],
  ready_for_pickup: ['ready for pickup', 'noudettavissa', 'kättesaamiseks valmis'],
  delivered: ['delivered', 'toimitettu', 'kohale toimetatud'],
  return_started: ['return started', 'palautus aloitettu', 'tagastus alustatud'],
  returned: ['returned', 'palautettu', 'tagastatud'],
  cancelled: ['cancelled', 'peruttu', 'tühistatud'],
};

export const FULFILMENT_LABELS: Labels<FulfilmentStatus> = {
  unfulfilled: ['not started', 'ei aloitettu', 'alustamata'],
  in_progress: ['being prepared', 'käsittelyssä', 'komplekteerimisel'],
  in_transit: ['in transit', 'matkalla', 'teel'],
  ready_for_pickup: ['ready for pickup', 'noudettavissa', 'kättesaamiseks valmis'],
  partially_delivered: ['partly delivered', 'osittain toimitettu', 'osaliselt kohale toimetatud'],
  delivered: ['delivered', 'toimitettu', 'kohale toimetatud'],
  cancelled: ['cancelled', 'peruttu', 'tühistatud'],
};

export const PAYMENT_LABELS: Labels<PaymentStatus> = {
  unpaid: ['unpaid', 'maksamatta', 'tasumata'],
  partially_paid: ['partly paid', 'osittain maksettu', 'osaliselt tasutud'],
  paid: ['paid', 'maksettu', 'tasutud'],
  refund_pending: ['refund on its way', 'hyvitys tulossa', 'tagasimakse tulekul'],
  partially_refunded: ['partly refunded', 'osittain hyvitetty', 'osaliselt tagasi makstud'],
  refunded: ['refunded', 'hyvitetty', 'tagasi makstud'],
};

export const ORDER_RETURN_LABELS: Labels<OrderReturnStatus> = {
  none: ['no return', 'ei palautusta', 'tagastust ei ole'],
  started: ['return started', 'palautus aloitettu', 'tagastus alustatud'],
  partially_returned: ['partly returned', 'osittain palautettu', 'osaliselt tagastatud'],
  returned: ['returned', 'palautettu', 'tagastatud'],
};

export const RETURN_LABELS: Labels<ReturnStatus> = {
  requested: ['return started', 'palautus aloitettu', 'tagastus alustatud'],
  approved: ['return approved', 'palautus hyväksytty', 'tagastus kinnitatud'],
  declined: ['return declined', 'palautus hylätty', 'tagastus tagasi lükatud'],
  label_sent: ['return label sent', 'palautustarra lähetetty', 'tagastussilt saadetud'],
  in_transit: ['return in transit', 'palautus matkalla', 'tagastus teel'],
  received: ['return received', 'palautus vastaanotettu', 'tagastus kätte saadud'],
  inspected: ['return inspected', 'palautus tarkastettu', 'tagastus üle vaadatud'],
  refunded: ['refunded', 'hyvitetty', 'tagasi makstud'],
  exchanged: ['exchanged', 'vaihdettu', 'vahetatud'],
  closed: ['return closed', 'palautus päätetty', 'tagastus lõpetatud'],
  cancelled: ['return cancelled', 'palautus peruttu', 'tagastus tühistatud'],
};

export const SHIPMENT_LABELS: Labels<ShipmentStatus> = {
  label_created: ['label created', 'lähetys luotu', 'saadetis vormistatud'],
  in_transit: ['in transit', 'matkalla', 'teel'],
  out_for_delivery: ['out for delivery', 'jakelussa', 'kättetoimetamisel'],
  attempt_failed: ['delivery attempt failed', 'jakeluyritys epäonnistui', 'kättetoimetamine ebaõnnestus'],
  ready_for_pickup: ['ready for pickup', 'noudettavissa', 'kättesaamiseks valmis'],
  delivered: ['delivered', 'toimitettu', 'kohale toimetatud'],
  exception: ['delivery problem', 'toimitusongelma', 'probleem tarnega'],
  returning: ['returning to sender', 'matkalla takaisin lähettäjälle', 'teel tagasi saatjale'],
  cancelled: ['cancelled', 'peruttu', 'tühistatud'],
};

/** What a customer is told beside what is known, while who tells of it is silent. */
export const FALLBACK_TEXTS: Labels<SourceKind> = {
  orders: [
    'We are waiting for news from the shop. This is the latest that we know.',
    'Odotamme uutta tietoa kaupalta. Tämä on viimeisin tietomme.',
    'Ootame poelt uut teavet. See on viimane, mida teame.',
  ],
  tracking: [
    'We are waiting for news from the carrier. This is the latest that we know.',
    'Odotamme uutta tietoa kuljetusyhtiöltä. Tämä on viimeisin tietomme.',
    'Ootame vedajalt uut teavet. See on viimane, mida teame.',
  ],
  stock: [
    'We are waiting for news from the warehouse. This is the latest that we know.',
    'Odotamme uutta tietoa varastolta. Tämä on viimeisin tietomme.',
    'Ootame laost uut teavet. See on viimane, mida teame.',
  ],
};

/** The words for a status in a language (BCP 47); in English where it has none. */
export function labelIn<S extends string>(labels: Labels<S>, status: S, language: string | null | undefined): string {
  const primary = (language ?? '').split('-')[0]!.toLowerCase();
  const index = LABEL_LANGUAGES.findIndex((one) => one === primary);
  return labels[status][Math.max(0, index)]!;
}
