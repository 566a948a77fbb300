import type { XConnection } from './x-connection.ts';
import { eventMask } from './x-protocol.ts';

const INPUT_ONLY = 2;
const REPLACE = 0;
const CURRENT_TIME = 0;
const NOBODY = 0;

/** Byte order and type of a setting, as the property has them (XSETTINGS 0.5, "Settings"). */
const LITTLE_ENDIAN = 0;
const INTEGER = 0;

/** Who tells the GTK programs of a screen their settings. */
export type SettingsOwner = 'nobody' | 'self' | 'another';

/** The place of a screen's settings manager, and what it takes to fill it (XSETTINGS 0.5). */
export class SettingsManager {
  readonly #x: XConnection;
  readonly #selection: number;
  readonly #property: number;
  readonly #announcement: number;
  readonly #window: number;
  #serial = 0;

  static async open(x: XConnection): Promise<SettingsManager> {
    return new SettingsManager(
      x,
      await x.atom(`_XSETTINGS_S${x.screen}`),
      await x.atom('_XSETTINGS_SETTINGS'),
      await x.atom('MANAGER'),
    );
  }

  private constructor(x: XConnection, selection: number, property: number, announcement: number) {
    this.#x = x;
    this.#selection = selection;
    this.#property = property;
    this.#announcement = announcement;
    this.#window = x.client.AllocID();
    x.client.CreateWindow(this.#window, x.root, -1, -1, 1, 1, 0, 0, INPUT_ONLY, 0, {});
  }

  /** The window of the manager of now. */
  owner(): Promise<number> {
    return this.#x.ask((callback) => this.#x.client.GetSelectionOwner(this.#selection, callback));
  }

  async whose(): Promise<SettingsOwner> {
    const owner = await this.owner();
    if (owner === NOBODY) return 'nobody';
    return owner === this.#window ? 'self' : 'another';
  }

  /** Whether a client message to the root window says that a manager took the place (ICCCM, section 2.8). */
  isAnnouncement({ message_type, data }: { message_type?: number; data?: number[] }): boolean {
    return message_type === this.#announcement && data?.[1] === this.#selection;
  }

  /** Takes the place. */
  claim(): void {
    const { client, root } = this.#x;
    client.SetSelectionOwner(this.#window, this.#selection, CURRENT_TIME);
    const data = [CURRENT_TIME, this.#selection, this.#window, 0, 0];
    client.SendClientMessage(root, root, this.#announcement, 32, data, eventMask.StructureNotify!);
  }

  publish(settings: Readonly<Record<string, number>>): void {
    const bytes = encodeSettings(++this.#serial, settings);
    this.#x.client.ChangeProperty(REPLACE, this.#window, this.#property, this.#property, 8, bytes);
  }
}

/** The bytes of the property `_XSETTINGS_SETTINGS`. */
export function encodeSettings(serial: number, settings: Readonly<Record<string, number>>): Buffer {
  const entries = Object.entries(settings);
  const header = Buffer.from([LITTLE_ENDIAN, 0, 0, 0, ...u32(serial), ...u32(entries.length)]);
  return Buffer.concat([
    header,
    ...entries.map(([name, value]) => {
      const padding = new Array<number>((4 - (name.length % 4)) % 4).fill(0);
      const length = [name.length & 0xff, name.length >> 8];
      return Buffer.from([
        INTEGER,
        0,
        ...length,
        ...Buffer.from(name),
        ...padding,
        ...u32(serial),
        ...u32(value),
      ]);
    }),
  ]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
