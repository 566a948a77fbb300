import type { RefusalReason } from '@deskside/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectionState, Refusal } from '../core/index.ts';
import { commandsIn, t } from '../words/words.ts';
import { icons } from './icons.ts';
import { logo } from './logo.ts';
import { tokenOf } from './pasted-token.ts';

export interface StateCardActions {
  connect(): void;
  retryNow(): void;
  signIn(token: string): void;
}

/**
 * What is shown over the picture while it is not live; nothing while it is.
 *
 * @param hasPicture a picture is or was on the screen
 * @param host where the desktop is looked for
 */
export function stateCard(
  state: ConnectionState,
  hasPicture: boolean,
  host: string,
  actions: StateCardActions,
): TemplateResult | typeof nothing {
  switch (state.name) {
    case 'connecting':
      return progressCard(t('state.connecting'), host);
    case 'live':
      return hasPicture ? nothing : progressCard(t('state.fetching'), state.desktop);
    case 'reconnecting':
      return hasPicture ? lostCard(state.retryAt, actions) : unreachableCard(state.retryAt, host, actions);
    case 'ended':
      return endedCard(state, actions);
    case 'refused':
      if (isAboutLink(state.reason)) return linkCard(state.reason);
      return state.reason === 'token' ? signInCard(state, actions) : refusedCard(state, actions);
  }
}

function progressCard(title: string, detail: string): TemplateResult {
  return html`<section class="card quiet">
    ${logo}
    <h1>${title}<span class="dots" aria-hidden="true"></span></h1>
    <p class="detail">${detail}</p>
  </section>`;
}

function lostCard(retryAt: number, actions: StateCardActions): TemplateResult {
  return html`<section class="card">
    <span class="badge warning">${icons.plug}</span>
    <h1>${t('lost.title')}</h1>
    <p>${t('lost.text')}</p>
    ${retry(retryAt, actions)}
  </section>`;
}

function unreachableCard(retryAt: number, host: string, actions: StateCardActions): TemplateResult {
  return html`<section class="card">
    <span class="badge warning">${icons.plug}</span>
    <h1>${t('unreachable.title')}</h1>
    <p>${t('unreachable.text', { host })}</p>
    <p class="remedy">${withCommands(t('unreachable.remedy'))}</p>
    ${retry(retryAt, actions)}
  </section>`;
}

function retry(retryAt: number, actions: StateCardActions): TemplateResult {
  const seconds = Math.ceil((retryAt - performance.now()) / 1000);
  return html`<div class="actions">
    <button class="primary" @click=${actions.retryNow}>${t('retry.now')}</button>
    <span class="detail" role="timer">${seconds > 0 ? t('retry.soon', { seconds }) : t('retry.running')}</span>
  </div>`;
}

type Ended = Extract<ConnectionState, { name: 'ended' }>;

function endedCard({ reason, message }: Ended, actions: StateCardActions): TemplateResult {
  const own = reason === 'idle' || reason === 'removed' ? reason : undefined;
  return html`<section class="card">
    <span class="badge">${icons.power}</span>
    <h1>${own ? t(`refused.${own}`) : t('ended.title')}</h1>
    <p>${own ? t(`ended.${own}`) : message}</p>
    <div class="actions">
      <button class="primary" autofocus @click=${actions.connect}>${t(own === 'idle' ? 'ended.back' : 'ended.again')}</button>
    </div>
  </section>`;
}

function refusedCard({ reason, message, remedy }: Refusal, actions: StateCardActions): TemplateResult {
  return html`<section class="card">
    <span class="badge danger">${icons.warning}</span>
    <h1>${t(`refused.${reason}`)}</h1>
    <p>${message}</p>
    ${remedy ? html`<p class="remedy">${withCommands(remedy)}</p>` : nothing}
    <div class="actions">
      <button class="primary" @click=${actions.connect}>${t('try-again')}</button>
    </div>
  </section>`;
}

type LinkReason = Extract<RefusalReason, `link-${string}`>;

function isAboutLink(reason: RefusalReason): reason is LinkReason {
  return reason.startsWith('link-');
}

function linkCard(reason: LinkReason): TemplateResult {
  return html`<section class="card">
    <span class="badge warning">${icons.lock}</span>
    <h1>${t(`refused.${reason}`)}</h1>
    <p>${t(reason === 'link-altered' ? 'link.altered.remedy' : 'link.ask')}</p>
  </section>`;
}

function signInCard({ message }: Refusal, actions: StateCardActions): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const token = new FormData(event.target as HTMLFormElement).get('token');
    actions.signIn(tokenOf(String(token)));
  };
  return html`<section class="card">
    <span class="badge">${icons.lock}</span>
    <h1>${t('refused.token')}</h1>
    <p>${message}</p>
    <p class="remedy">${withCommands(t('token.remedy'))}</p>
    <form class="actions" @submit=${submit}>
      <input name="token" type="password" required autocomplete="off" spellcheck="false"
        aria-label=${t('token.field')} placeholder=${t('token.field')} />
      <button class="primary">${t('token.connect')}</button>
    </form>
  </section>`;
}

function withCommands(text: string): (string | TemplateResult)[] {
  return commandsIn(text).map(({ text, isCommand }) => (isCommand ? html`<code>${text}</code>` : text));
}
