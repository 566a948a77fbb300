import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectionState, Statistics, TouchMode, View } from '../core/index.ts';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';
import { type MicrophoneControl, microphoneButton } from './microphone-control.ts';
import { type SoundControl, soundControl } from './sound-control.ts';
import { statisticsPanel } from './statistics-panel.ts';

export interface ToolbarState {
  state: Extract<ConnectionState, { name: 'live' }>;
  shown: boolean;
  view: View;
  /** Whether the desktop may have another size, and which it is to have: `auto`, `off` or one such as `1920x1080`. */
  resizable: boolean;
  desktopSize: string;
  /** Whether the keyboard on the screen is wanted; undefined: there is none. */
  soft: boolean | undefined;
  touch: TouchMode;
  fullScreen: boolean;
  /** Whether the browser lets this page fill the screen. */
  canFullScreen: boolean;
  sound: SoundControl;
  microphone: MicrophoneControl;
  statistics: Statistics | undefined;
  /** People beside this one; undefined: it is not theirs to know. */
  others: number | undefined;
  /** Whether anything may be copied or pasted. */
  clipboard: boolean;
  /** Whether files may go any way. */
  files: boolean;
}

export interface ToolbarActions {
  show(): void;
  setView(view: View): void;
  setDesktopSize(size: string): void;
  lockPointer(): void;
  toggleSoftKeyboard(): void;
  toggleTouch(): void;
  toggleFullScreen(): void;
  showKeyboard(): void;
  showClipboard(): void;
  showFiles(): void;
  showPeople(): void;
  showStatistics(): void;
  disconnect(): void;
}

/** The bar at the top of a live desktop, and the handle that remains of it when it is hidden. */
export function toolbar(bar: ToolbarState, actions: ToolbarActions): TemplateResult {
  return html`<div class="edge">
    <button class="handle ${bar.shown ? 'open' : ''}" tabindex=${bar.shown ? -1 : 0} aria-label=${t('toolbar.show')}
      @click=${actions.show} @pointerenter=${actions.show}></button>
    <div class="toolbar" role="toolbar" aria-label=${t('toolbar.label')} ?inert=${!bar.shown} @mousedown=${keepFocus}>
      <span class="name">${bar.state.desktop}</span>
      ${bar.state.role === 'viewer' ? html`<span class="role" title=${t('toolbar.watching.why')}>${icons.eye}<span>${t('toolbar.watching')}</span></span>` : nothing}
      <span class="rule"></span>
      ${lesser(bar, actions)}
      ${soundControl(bar.sound)}
      ${bar.clipboard ? button(icons.clipboard, t('toolbar.clipboard'), actions.showClipboard) : nothing}
      ${bar.files ? button(icons.files, t('toolbar.files'), actions.showFiles) : nothing}
      ${bar.others === undefined ? nothing : html`<button class="tool people" title=${t('people.title')} aria-label=${t('people.title')} @click=${actions.showPeople}>${icons.people}${bar.others > 0 ? html`<sup>${bar.others}</sup>` : nothing}</button>`}
      <button class="tool more" popovertarget="more" title=${t('toolbar.more')} aria-label=${t('toolbar.more')}>${icons.more}</button>
      <span class="rule"></span>
      ${figures(bar.statistics, actions)}
      <span class="rule"></span>
      ${button(icons.power, t('toolbar.disconnect'), actions.disconnect)}
    </div>
  </div>`;
}

/** What lies in a row with the rest where there is room, and else in a menu behind a button: that is the style's doing. */
function lesser(bar: ToolbarState, actions: ToolbarActions): TemplateResult {
  return html`<span id="more" popover @click=${closeMenu}>
      ${viewButtons(bar.view, actions)}
      ${bar.resizable ? sizes(bar.desktopSize, actions) : nothing}
      ${bar.canFullScreen ? button(icons.fullScreen, t(bar.fullScreen ? 'toolbar.full-screen.leave' : 'toolbar.full-screen'), actions.toggleFullScreen, bar.fullScreen) : nothing}
      ${microphoneButton(bar.microphone)}
      ${bar.state.role === 'controller' ? hands(bar, actions) : nothing}
    </span>`;
}

/** A press beside the buttons leaves the keyboard with the desktop. */
function keepFocus(event: MouseEvent): void {
  if (!(event.target as Element).closest('button, input, select, table')) event.preventDefault();
}

function closeMenu({ currentTarget, target }: Event): void {
  if ((target as Element).closest('button')) (currentTarget as HTMLElement).hidePopover();
}

function viewButtons(view: View, actions: ToolbarActions): TemplateResult {
  return html`<span class="choice" role="group" aria-label=${t('toolbar.size')}>
    ${button(icons.fit, t('toolbar.fit'), () => actions.setView('fit'), view === 'fit')}
    ${button(icons.pixels, t('toolbar.pixels'), () => actions.setView('1:1'), view === '1:1')}
  </span>`;
}

/** Sizes that screens and films have, device pixels. */
const SIZES = ['1280x720', '1600x900', '1920x1080', '1920x1200', '2560x1440', '3840x2160'];

function sizes(chosen: string, { setDesktopSize }: ToolbarActions): TemplateResult {
  const fixed = chosen.includes('x') && !SIZES.includes(chosen) ? [...SIZES, chosen] : SIZES;
  const option = (value: string, label: string): TemplateResult =>
    html`<option value=${value} ?selected=${value === chosen}>${label}</option>`;
  const choose = ({ target }: Event): void => setDesktopSize((target as HTMLSelectElement).value);
  return html`<select class="size" title=${t('toolbar.desktop-size')} aria-label=${t('toolbar.desktop-size')} @change=${choose}>
    ${option('auto', t('toolbar.follow'))}${option('off', t('toolbar.keep'))}
    ${fixed.map((size) => option(size, size.replace('x', ' × ')))}
  </select>`;
}

/** Keyboard, pointer and fingers, for those whose hands count. */
function hands(bar: ToolbarState, actions: ToolbarActions): TemplateResult {
  return html`${button(icons.keyboard, t('toolbar.keyboard'), actions.showKeyboard)}
    ${
      bar.soft === undefined
        ? button(icons.pointer, t('toolbar.pointer-lock'), actions.lockPointer)
        : html`${button(icons.type, t('toolbar.soft-keyboard'), actions.toggleSoftKeyboard, bar.soft)}
          ${button(icons.touch, t('toolbar.trackpad'), actions.toggleTouch, bar.touch === 'trackpad')}`
    }`;
}

function figures(statistics: Statistics | undefined, actions: ToolbarActions): TemplateResult {
  const latency = statistics?.latency ? `${Math.round(statistics.latency.p50)} ms` : '– ms';
  const way = statistics?.way;
  const title = way ? `${t('toolbar.figures')}\n${way.name}: ${way.reason}` : t('toolbar.figures');
  return html`<button class="figures" popovertarget="statistics" title=${title}>
      <span>${latency}</span><span>${statistics?.fps ?? 0} fps</span><span class="way">${way?.transport === 'webrtc' ? 'WebRTC' : 'WebSocket'}</span>
    </button>
    <div id="statistics" popover>${statisticsPanel(statistics)}
      <button class="chip" @click=${actions.showStatistics}>${t('statistics.more')}</button></div>`;
}

function button(icon: TemplateResult, label: string, onClick: () => void, pressed?: boolean): TemplateResult {
  return html`<button class="tool" title=${label} aria-label=${label}
    aria-pressed=${pressed ?? nothing} @click=${onClick}>${icon}</button>`;
}
