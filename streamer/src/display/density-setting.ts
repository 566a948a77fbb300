import { type Density, DPI_UNIT, densityFor } from './density.ts';
import type { XConnection } from './x-connection.ts';
import { eventMask } from './x-protocol.ts';
import { mergeResources } from './x-resources.ts';
import { setXfceDensity } from './xfce.ts';
import { SettingsManager } from './xsettings.ts';

/** Window managers of desktops that bring a settings manager of their own, which must not find its place taken. */
const BRINGS_SETTINGS_MANAGER = /^(xfwm4|marco|mutter|gnome shell|muffin|metacity|kwin)/i;

/**
 * Tells the programs of a desktop how large to draw: by X resources those that start (Xlib, Qt), by XSETTINGS those of
 * GTK that run. XFCE's settings manager is asked to; where a desktop has none, this takes its place.
 */
export class DensitySetting {
  readonly #x: XConnection;
  readonly #manager: SettingsManager;
  readonly #windowManager: number;
  #density: Density | undefined;
  #applying: Promise<void> = Promise.resolve();

  /** @param onFailure told why a desktop that started later was not told */
  static async open(x: XConnection, onFailure: (error: Error) => void): Promise<DensitySetting> {
    const windowManager = await x.atom('_NET_SUPPORTING_WM_CHECK');
    const setting = new DensitySetting(x, await SettingsManager.open(x), windowManager);
    const { PropertyChange, StructureNotify } = eventMask;
    x.client.ChangeWindowAttributes(x.root, { eventMask: PropertyChange! | StructureNotify! });
    // A desktop may start, or start again, long after the scale was set.
    x.onEvent((event) => {
      const cameUp =
        (event.name === 'ClientMessage' && setting.#manager.isAnnouncement(event)) ||
        (event.name === 'PropertyNotify' && event.atom === windowManager);
      if (cameUp) setting.#apply().catch((error: Error) => x.open && onFailure(error));
    });
    return setting;
  }

  private constructor(x: XConnection, manager: SettingsManager, windowManager: number) {
    this.#x = x;
    this.#manager = manager;
    this.#windowManager = windowManager;
  }

  /** @throws Error if the desktop's own settings manager cannot be told */
  async set(scale: number): Promise<void> {
    this.#density = densityFor(scale);
    await this.#apply();
  }

  /** One after another: the density that was set last comes last. */
  #apply(): Promise<void> {
    const applied = this.#applying.then(() => this.#tell());
    this.#applying = applied.catch(() => {});
    return applied;
  }

  async #tell(): Promise<void> {
    const density = this.#density;
    if (!density) return;
    await mergeResources(this.#x, { 'Xft.dpi': density.dpi, 'Xcursor.size': density.cursorSize });
    const whose = await this.#manager.whose();
    if (whose === 'another') {
      const pid = await this.#x.processOf(await this.#manager.owner());
      return pid === undefined ? undefined : setXfceDensity(pid, density);
    }
    if (whose === 'nobody') {
      if (!(await this.#mayManage())) return;
      this.#manager.claim();
    }
    this.#manager.publish({
      'Xft/DPI': density.dpi * DPI_UNIT,
      'Gdk/UnscaledDPI': Math.round((density.dpi * DPI_UNIT) / density.windowScale),
      'Gdk/WindowScalingFactor': density.windowScale,
      'Gtk/CursorThemeSize': density.cursorSize,
    });
  }

  /** Whether a window manager runs (EWMH, _NET_SUPPORTING_WM_CHECK) whose desktop leaves the settings to others. */
  async #mayManage(): Promise<boolean> {
    const check = await this.#x.property(this.#x.root, this.#windowManager);
    if (check.length < 4) return false;
    const name = await this.#x
      .property(check.readUInt32LE(0), await this.#x.atom('_NET_WM_NAME'))
      // One that crashed leaves the number of a window that is no more.
      .catch(() => undefined);
    return name !== undefined && !BRINGS_SETTINGS_MANAGER.test(name.toString());
  }
}
