import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectionState, Statistics, View } from '../core/index.ts';
import { icons } from './icons.ts';
import { type SoundControl, soundControl } from './sound-control.ts';
import { statisticsPanel } from './statistics-panel.ts';

export interface ToolbarState {
  state: Extract<ConnectionState, { name: 'live' }>;
  shown: boolean;
  view: View;
  /** Whether the desktop may follow the window, and whether it is to. */
  resizable: boolean;
  followsWindow: boolean;
  fullScreen: boolean;
  /** Whether the browser lets this page fill the screen. */
  canFullScreen: boolean;
  sound: SoundControl;
  statistics: Statistics | undefined;
  /** Whether anything may be copied or pasted. */
  clipboard: boolean;
}

export interface ToolbarActions {
  show(): void;
  setView(view: View): void;
  toggleFollowing(): void;
  toggleFullScreen(): void;
  showKeyboard(): void;
  showClipboard(): void;
  disconnect(): void;
}

/** The bar at the top of a live desktop, and the handle that remains of it when it is hidden. */
export function toolbar(bar: ToolbarState, actions: ToolbarActions): TemplateResult {
  return html`<div class="edge">
    <button class="handle" ?hidden=${bar.shown} aria-label="Show the toolbar (Ctrl+Shift+M)"
      @click=${actions.show} @pointerenter=${actions.show}></button>
    <div class="toolbar" role="toolbar" aria-label="Desktop" ?inert=${!bar.shown}>
      <span class="name">${bar.state.desktop}</span>
      ${bar.state.role === 'viewer' ? html`<span class="role" title="You watch; others have the keyboard">${icons.eye}Watching</span>` : nothing}
      <span class="rule"></span>
      ${viewButtons(bar.view, actions)}
      ${bar.resizable ? button(icons.follow, 'Follow the size of the window', actions.toggleFollowing, bar.followsWindow) : nothing}
      ${bar.canFullScreen ? button(icons.fullScreen, bar.fullScreen ? 'Leave full screen' : 'Full screen', actions.toggleFullScreen, bar.fullScreen) : nothing}
      ${soundControl(bar.sound)}
      ${button(icons.keyboard, 'Keys and shortcuts', actions.showKeyboard)}
      ${bar.clipboard ? button(icons.clipboard, 'Clipboard', actions.showClipboard) : nothing}
      <span class="rule"></span>
      ${figures(bar.statistics)}
      <span class="rule"></span>
      ${button(icons.power, 'Disconnect', actions.disconnect)}
    </div>
  </div>`;
}

function viewButtons(view: View, actions: ToolbarActions): TemplateResult {
  return html`<span class="choice" role="group" aria-label="Size">
    ${button(icons.fit, 'Fit to the window', () => actions.setView('fit'), view === 'fit')}
    ${button(icons.pixels, 'One to one', () => actions.setView('1:1'), view === '1:1')}
  </span>`;
}

function figures(statistics: Statistics | undefined): TemplateResult {
  const latency = statistics?.latency ? `${Math.round(statistics.latency.p50)} ms` : '– ms';
  return html`<button class="figures" popovertarget="statistics" title="Latency and frame rate">
      <span>${latency}</span><span>${statistics?.fps ?? 0} fps</span>
    </button>
    <div id="statistics" popover>${statisticsPanel(statistics)}</div>`;
}

function button(icon: TemplateResult, label: string, onClick: () => void, pressed?: boolean): TemplateResult {
  return html`<button class="tool" title=${label} aria-label=${label}
    aria-pressed=${pressed ?? nothing} @click=${onClick}>${icon}</button>`;
}
