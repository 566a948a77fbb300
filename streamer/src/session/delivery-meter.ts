/** Arrivals are remembered for so long, ms. */
const MEMORY = 1000;

export interface DeliveryMeter {
  /** So many bytes have arrived. */
  add(bytes: number, now: number): void;
  /** What has arrived within the last so many ms, 1000 at most, kbit/s. */
  rate(now: number, period: number): number;
}

export function createDeliveryMeter(): DeliveryMeter {
  const arrivals: { bytes: number; at: number }[] = [];

  function forget(now: number): void {
    while (arrivals[0] && arrivals[0].at <= now - MEMORY) arrivals.shift();
  }

  return {
    add(bytes, now) {
      forget(now);
      arrivals.push({ bytes, at: now });
    },
    rate(now, period) {
      let sum = 0;
      for (let i = arrivals.length - 1; i >= 0 && arrivals[i]!.at > now - period; i--)
        sum += arrivals[i]!.bytes;
      return (sum * 8) / period;
    },
  };
}
