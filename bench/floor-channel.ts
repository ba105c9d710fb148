/** What the floor of the packets listens to. Our servers listen to what every process of ours sends. */
export const FLOOR_CHANNEL = 'bench_packets';
