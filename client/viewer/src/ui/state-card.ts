import type { RefusalReason } from '@deskside/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectionState, Refusal } from '../core/index.ts';
import { icons } from './icons.ts';
import { logo } from './logo.ts';
import { tokenOf } from './pasted-token.ts';

export interface StateCardActions {
  connect(): void;
  retryNow(): void;
  signIn(token: string): void;
}

const REFUSED: Record<RefusalReason, string> = {
  token: 'This desktop needs its token',
  version: 'Two versions that do not match',
  codec: 'This browser cannot show the picture',
  message: 'The streamer and this page misunderstood each other',
  full: 'No room for another viewer',
  ended: 'The session has ended',
};

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
      return progressCard('Connecting', host);
    case 'live':
      return hasPicture ? nothing : progressCard('Fetching the picture', state.desktop);
    case 'reconnecting':
      return hasPicture ? lostCard(state.retryAt, actions) : unreachableCard(state.retryAt, host, actions);
    case 'ended':
      return endedCard(state.message, actions);
    case 'refused':
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
    <h1>Connection lost</h1>
    <p>Your desktop goes on without this page; nothing in it is lost.</p>
    ${retry(retryAt, actions)}
  </section>`;
}

function unreachableCard(retryAt: number, host: string, actions: StateCardActions): TemplateResult {
  return html`<section class="card">
    <span class="badge warning">${icons.plug}</span>
    <h1>The desktop does not answer</h1>
    <p>Nothing answers at ${host} that speaks for a desktop.</p>
    <p class="remedy">${withCommands('See with "deskside status" whether it runs in the workspace; "deskside start" starts it.')}</p>
    ${retry(retryAt, actions)}
  </section>`;
}

function retry(retryAt: number, actions: StateCardActions): TemplateResult {
  const seconds = Math.ceil((retryAt - performance.now()) / 1000);
  return html`<div class="actions">
    <button class="primary" @click=${actions.retryNow}>Try now</button>
    <span class="detail" role="timer">${seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again now'}</span>
  </div>`;
}

function endedCard(message: string, actions: StateCardActions): TemplateResult {
  return html`<section class="card">
    <span class="badge">${icons.power}</span>
    <h1>Session ended</h1>
    <p>${message}</p>
    <div class="actions">
      <button class="primary" @click=${actions.connect}>Connect again</button>
    </div>
  </section>`;
}

function refusedCard({ reason, message, remedy }: Refusal, actions: StateCardActions): TemplateResult {
  return html`<section class="card">
    <span class="badge danger">${icons.warning}</span>
    <h1>${REFUSED[reason]}</h1>
    <p>${message}</p>
    ${remedy ? html`<p class="remedy">${withCommands(remedy)}</p>` : nothing}
    <div class="actions">
      <button class="primary" @click=${actions.connect}>Try again</button>
    </div>
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
    <h1>${REFUSED.token}</h1>
    <p>${message}</p>
    <p class="remedy">${withCommands('Run "deskside url" in the workspace and open the address that it prints, or paste it here.')}</p>
    <form class="actions" @submit=${submit}>
      <input name="token" type="password" required autocomplete="off" spellcheck="false"
        aria-label="Token or address" placeholder="Token or address" />
      <button class="primary">Connect</button>
    </form>
  </section>`;
}

/** Commands stand in quotes in messages for terminals; here they are set as code. */
function withCommands(text: string): (string | TemplateResult)[] {
  return text.split(/"([^"]+)"/).map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));
}
