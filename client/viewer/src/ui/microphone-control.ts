import { html, nothing, type TemplateResult } from 'lit';
import type { MicrophoneState } from '../core/index.ts';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';

/** What a person sets about their microphone. */
export interface MicrophoneControl {
  readonly state: MicrophoneState;
  turnOn(): Promise<void>;
  turnOff(): void;
}

/** The button in the toolbar; nothing where the desktop takes no microphone. */
export function microphoneButton(microphone: MicrophoneControl): TemplateResult | typeof nothing {
  const { state } = microphone;
  if (state === 'none') return nothing;
  const toggle = (): void => {
    if (state === 'off') void microphone.turnOn();
    else microphone.turnOff();
  };
  const title = t(state === 'off' ? 'microphone.off' : 'microphone.on');
  return html`<button class="tool" title=${title} aria-label=${title} aria-pressed=${state !== 'off'}
    @click=${toggle}>${icons.microphone}</button>`;
}

/** Stays in sight for as long as the microphone is open, and closes it. */
export function microphoneLight(microphone: MicrophoneControl): TemplateResult | typeof nothing {
  const { state } = microphone;
  if (state === 'none' || state === 'off') return nothing;
  const label = t(state === 'on' ? 'microphone.live' : 'microphone.waiting');
  return html`<button class="microphone ${state}" title=${t('microphone.on')} @click=${() => microphone.turnOff()}>
    ${icons.microphone}<span role="status">${label}</span></button>`;
}
