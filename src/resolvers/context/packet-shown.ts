import { redactPacket } from '../../services/privacy/redact-packet.ts';
import type { Context } from '../context.ts';
import { unitsShown } from '../inventory/units-shown.ts';

type Packet = Parameters<typeof redactPacket>[1];

/** A packet as this viewer is shown it: without what is hidden from them, and with units in stores as they are told of them elsewhere. */
export function packetShown(context: Context, packet: Packet) {
  const shown = redactPacket(context.scope.viewer, packet);
  // A document that does not ask for stock has it not read.
  const told = shown.stock as typeof shown.stock | undefined;
  if (context.scope.viewer.role !== 'customer' || !told) return shown;
  const stock = told.map((of) => ({
    ...of,
    locations: of.locations.map((one) => ({ ...one, available: unitsShown(context, one.available) })),
  }));
  return { ...shown, stock };
}
