/** What counts as lately, ms: several pictures even of a slow stream. */
const PERIOD = 1000;

export interface DeliveryMeter {
  /** So many bytes have arrived. */
  add(bytes: number, now: number): void;
  /** What has arrived lately, kbit/s. */
  rate(now: number): number;
}

export function createDeliveryMeter(): DeliveryMeter {
  const arrivals: { bytes: number; at: number }[] = [];
  let sum = 0;

  function forget(now: number): void {
    while (arrivals[0] && arrivals[0].at <= now - PERIOD) sum -= arrivals.shift()!.bytes;
  }

  return {
    add(bytes, now) {
      forget(now);
      arrivals.push({ bytes, at: now });
      sum += bytes;
    },
    rate(now) {
      forget(now);
      return (sum * 8) / PERIOD;
    },
  };
}
