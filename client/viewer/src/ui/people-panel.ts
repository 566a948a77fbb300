import type { Role } from '@deskside/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { Link, Person } from '../core/index.ts';
import { language, t } from '../words/words.ts';
import { icons } from './icons.ts';
import { Panel, type PanelContext } from './panel.ts';

const HOUR = 3_600_000;

/** How long a link may be good, in hours. */
const LIFETIMES = [1, 8, 24, 168];

/** Who is at the desktop, for its owner: roles, ends, links. */
class PeoplePanel extends Panel {
  #invitation = '';
  #copied = false;

  constructor(context: PanelContext) {
    super(context);
    this.until(context.viewer.people.events.on('change', () => this.requestUpdate()));
  }

  protected override render(): TemplateResult {
    const { people, links } = this.context.viewer.people;
    return html`<dialog aria-labelledby="title" closedby="any">
      <header>
        <h1 id="title">${t('people.title')}</h1>
        <form method="dialog"><button class="tool" aria-label=${t('close')} title=${t('close')}>${icons.close}</button></form>
      </header>
      <ul aria-label=${t('people.title')}>${people.map((person) => this.#person(person))}</ul>
      <h2>${t('people.invite')}</h2>
      ${this.#inviteForm()}
      ${links.length > 0 ? html`<h2>${t('people.links')}</h2><ul aria-label=${t('people.links')}>${links.map((link) => this.#link(link))}</ul>` : nothing}
    </dialog>`;
  }

  #person({ viewer, role, owner, label, since, acting }: Person): TemplateResult {
    const { people, state } = this.context.viewer;
    const isMe = state.name === 'live' && state.viewer === viewer;
    const controls = role === 'controller';
    return html`<li>
      ${controls ? icons.keyboard : icons.eye}
      <span class="grow">${label || t(owner ? 'people.owner' : 'people.guest')}${isMe ? html` (${t('people.you')})` : nothing}
        <small>${t(controls ? 'people.controls' : 'people.watches')}, ${t('people.since', { time: timeOf(since) })}${acting ? html` · ${t('people.acting')}` : nothing}</small>
      </span>
      ${owner ? nothing : html`<button class="chip" @click=${() => people.setRole(viewer, controls ? 'viewer' : 'controller')}>${t(controls ? 'people.take-back' : 'people.hand-over')}</button>`}
      ${isMe ? nothing : html`<button class="chip" @click=${() => people.end(viewer)}>${t('people.end')}</button>`}
    </li>`;
  }

  #link({ id, role, label, expires }: Link): TemplateResult {
    return html`<li>
      ${role === 'controller' ? icons.keyboard : icons.eye}
      <span class="grow">${label || id}<small>${t('people.until', { time: timeOf(expires) })}</small></span>
      <button class="chip" @click=${() => this.context.viewer.people.revoke(id)}>${t('people.revoke')}</button>
    </li>`;
  }

  #inviteForm(): TemplateResult {
    return html`<form class="row" @submit=${this.#invite}>
      <input name="label" maxlength="64" autocomplete="off" placeholder=${t('people.for')} aria-label=${t('people.for')} />
      <select name="role" aria-label=${t('people.role')}>
        <option value="viewer">${t('people.watches')}</option>
        <option value="controller">${t('people.controls')}</option>
      </select>
      <select name="hours" aria-label=${t('people.lifetime')}>
        ${LIFETIMES.map((hours) => html`<option value=${hours}>${durationOf(hours)}</option>`)}
      </select>
      <button class="primary">${t('people.make-link')}</button>
    </form>
    ${this.#invitation ? html`<p class="row"><input readonly aria-label=${t('people.link')} .value=${this.#invitation} @focus=${selectAll} /><span role="status">${this.#copied ? t('people.copied') : nothing}</span></p>` : nothing}`;
  }

  readonly #invite = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const role = String(form.get('role')) as Role;
    const lifetime = Number(form.get('hours')) * HOUR;
    const token = await this.context.viewer.people.invite(role, lifetime, String(form.get('label')).trim());
    const address = new URL(this.context.address);
    address.search = new URLSearchParams({ token }).toString();
    address.hash = '';
    this.#invitation = address.href;
    this.#copied = await navigator.clipboard?.writeText(address.href).then(
      () => true,
      () => false,
    );
    this.requestUpdate();
  };
}

function selectAll({ target }: Event): void {
  (target as HTMLInputElement).select();
}

function timeOf(time: number): string {
  const day = Math.abs(time - Date.now()) > 12 * HOUR ? { dateStyle: 'short' as const } : {};
  return new Intl.DateTimeFormat(language(), { ...day, timeStyle: 'short' }).format(time);
}

/** Hours, or days where that is shorter. */
function durationOf(hours: number): string {
  const [value, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long' }).format(
    value as number,
  );
}

if (!customElements.get('deskside-people')) customElements.define('deskside-people', PeoplePanel);

export { PeoplePanel };
