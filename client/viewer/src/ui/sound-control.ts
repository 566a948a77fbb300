import { html, nothing, type TemplateResult } from 'lit';
import type { SoundState } from '../core/index.ts';
import { icons } from './icons.ts';

/** What a person sets about sound. */
export interface SoundControl {
  readonly state: SoundState;
  muted: boolean;
  /** 0 to 1. */
  volume: number;
}

const TITLES: Record<SoundState, string> = {
  none: '',
  unsupported:
    'This browser cannot play the desktop’s sound here: open the page over HTTPS in a current browser',
  waiting: 'The browser keeps the desktop silent until you click or press a key',
  on: 'Mute',
  muted: 'Unmute',
};

/** Mute and volume in the toolbar; nothing where the desktop is mute. */
export function soundControl(sound: SoundControl): TemplateResult | typeof nothing {
  const { state } = sound;
  if (state === 'none') return nothing;
  const toggle = (): void => {
    sound.muted = !sound.muted;
  };
  const set = ({ target }: Event): void => {
    sound.volume = (target as HTMLInputElement).valueAsNumber;
  };
  const silent = state !== 'on';
  return html`<span class="sound" role="group" aria-label="Sound">
    <button class="tool" title=${TITLES[state]} aria-label=${TITLES[state]} ?disabled=${state === 'unsupported'}
      aria-pressed=${state === 'muted'} @click=${state === 'waiting' ? nothing : toggle}>${silent ? icons.muted : icons.sound}</button>
    ${state === 'waiting' ? html`<span class="hint">Click for sound</span>` : nothing}
    ${state === 'on' ? html`<input class="volume" type="range" min="0" max="1" step="0.05" aria-label="Volume" title="Volume" .value=${String(sound.volume)} @input=${set}>` : nothing}
  </span>`;
}
