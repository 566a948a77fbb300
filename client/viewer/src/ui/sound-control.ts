import { html, nothing, type TemplateResult } from 'lit';
import type { SoundState } from '../core/index.ts';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';

/** What a person sets about sound. */
export interface SoundControl {
  readonly state: SoundState;
  muted: boolean;
  /** 0 to 1. */
  volume: number;
}

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
  const title = t(`sound.${state}`);
  const silent = state !== 'on';
  return html`<span class="sound" role="group" aria-label=${t('sound.label')}>
    <button class="tool" title=${title} aria-label=${title} ?disabled=${state === 'unsupported'}
      aria-pressed=${state === 'muted'} @click=${state === 'waiting' ? nothing : toggle}>${silent ? icons.muted : icons.sound}</button>
    ${state === 'waiting' ? html`<span class="hint">${t('sound.click')}</span>` : nothing}
    ${state === 'on' ? html`<input class="volume" type="range" min="0" max="1" step="0.05" aria-label=${t('sound.volume')} title=${t('sound.volume')} .value=${String(sound.volume)} @input=${set}>` : nothing}
  </span>`;
}
