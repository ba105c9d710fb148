/** What the bot reads of a context packet. */
export interface Packet {
  readonly profile: { readonly givenName: string | null; readonly displayName: string | null };
  readonly orders: readonly {
    readonly number: string;
    readonly status: string;
    readonly shipments: readonly {
      readonly carrier: string | null;
      readonly trackingNumber: string | null;
      readonly estimatedDeliveryAt: string | null;
      readonly lastPlace: string | null;
    }[];
  }[];
}

const ABOUT_AN_ORDER = /\b(order|parcel|package|deliver\w*|track\w*|ship\w*|arrive\w*)\b/i;
const A_PERSON = /\b(person|human|agent|someone|somebody)\b/i;

const SAID: Readonly<Record<string, string>> = {
  PENDING: 'is waiting to be packed',
  PROCESSED: 'is packed and waits for the carrier',
  IN_TRANSIT: 'is on its way',
  READY_FOR_PICKUP: 'is ready for pickup',
  DELIVERED: 'was delivered',
  RETURN_STARTED: 'is on its way back to us',
  RETURNED: 'came back to us',
  CANCELLED: 'was cancelled',
};

/** What the bot says, from what is known of the customer alone. Null: this is for a person. */
export function answerTo(text: string, packet: Packet): string | null {
  if (A_PERSON.test(text) || !ABOUT_AN_ORDER.test(text)) return null;
  const order = packet.orders.find(({ number }) => text.includes(number)) ?? packet.orders[0];
  const said = order && SAID[order.status];
  if (!order || !said) return null;
  const name = packet.profile.givenName ?? packet.profile.displayName;
  const [parcel] = order.shipments;
  return [
    `${name ? `Hello ${name}! ` : ''}Your order ${order.number} ${said}`,
    parcel?.lastPlace ? `, last seen in ${parcel.lastPlace}` : '',
    parcel?.estimatedDeliveryAt ? `, expected ${parcel.estimatedDeliveryAt.slice(0, 10)}` : '',
    '.',
    parcel?.carrier && parcel.trackingNumber ? ` ${parcel.carrier} has it under ${parcel.trackingNumber}.` : '',
    ' Write "person" if you want to talk to one of us.',
  ].join('');
}
