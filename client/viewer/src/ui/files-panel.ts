/** The panel of files: those of the desktop, and those on their way. Loaded when it is first needed. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { chosenFiles, type GivenFile } from '../core/files/dropped-files.ts';
import { type FileEntry, FilesError, type Listing } from '../core/files/files-client.ts';
import { Transfers } from '../core/files/transfers.ts';
import type { FilesOffer } from '../core/index.ts';
import { listen } from '../core/listen.ts';
import { t } from '../words/words.ts';
import { bytes } from './byte-sizes.ts';
import type { FilesPlaces } from './file-exchange.ts';
import { fileIcons } from './file-icons.ts';
import { filesStyles } from './files.styles.ts';
import { icons } from './icons.ts';
import { explainProblem, transferChip, transferList } from './transfer-list.ts';

/** The page is drawn at most this often for progress, ms: the picture has the right of way. */
const REFRESH_EVERY = 200;

/** Larger ones are left to the browser, which keeps them on disk from the first byte and goes on by ranges, too. */
const LARGE = 1024 ** 3;

/** How long it stays said that all has arrived, ms. */
const FAREWELL = 8000;

export class FilesPanel implements Disposable {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #transfers: Transfers;
  readonly #save: FilesPlaces['save'];
  readonly #resources = new DisposableStack();
  #path: readonly string[] = [];
  #listing: Listing | undefined;
  #problem: FilesError | undefined;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #farewell: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;

  constructor(host: ReactiveControllerHost & HTMLElement, { desktop, token, visit, save }: FilesPlaces) {
    this.#host = host;
    host.shadowRoot!.adoptedStyleSheets.push(filesStyles.styleSheet!);
    this.#transfers = this.#resources.use(new Transfers(desktop, token, visit));
    this.#transfers.events.on('change', () => this.#changed());
    this.#save = save;
    this.#transfers.events.on('saved', ({ blob, name }) => {
      if (save) save(blob, name);
      else download(URL.createObjectURL(blob), name);
    });
    this.#resources.use(listen(window, 'beforeunload', (event) => this.#isBusy && event.preventDefault()));
  }

  async show(): Promise<void> {
    this.#isOpen = true;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    this.#dialog?.showModal();
    await this.#list(this.#path);
  }

  /** Uploads what was handed over: into the folder that is shown, else into the one for files. */
  async take(given: readonly GivenFile[] | Promise<readonly GivenFile[]>): Promise<void> {
    try {
      this.#transfers.upload(await given, this.#isOpen ? this.#path.join('/') : '');
    } catch {
      this.#problem = new FilesError(-1);
      await this.show();
    }
  }

  render(offer: FilesOffer): TemplateResult {
    const { all } = this.#transfers;
    const actions = {
      cancel: (transfer: (typeof all)[number]) => this.#transfers.cancel(transfer),
      cancelAll: () => this.#transfers.cancelAll(),
      clear: () => this.#transfers.clear(),
      show: () => void this.show(),
    };
    return html`
      <dialog id="files" aria-labelledby="files-title" closedby="any" @close=${() => this.#closed()}>
        <header>
          <h1 id="files-title">${t('files.title')}</h1>
          <form method="dialog"><button class="tool" aria-label=${t('close')} title=${t('close')}>${icons.close}</button></form>
        </header>
        ${offer.in ? this.#uploadButtons(offer) : nothing}
        ${transferList(all, offer, actions)}
        ${offer.out ? this.#browser(offer) : nothing}
      </dialog>
      ${this.#isOpen ? nothing : transferChip(all, offer, actions)}
    `;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#refresh);
    clearTimeout(this.#farewell);
    this.#resources.dispose();
  }

  get #dialog(): HTMLDialogElement | null | undefined {
    return this.#host.shadowRoot?.querySelector<HTMLDialogElement>('#files');
  }

  get #isBusy(): boolean {
    return this.#transfers.all.some(({ state }) => ['queued', 'running', 'waiting'].includes(state));
  }

  #uploadButtons({ folder }: FilesOffer): TemplateResult {
    const into = this.#path.join('/');
    const take = ({ target }: Event): void => {
      const input = target as HTMLInputElement;
      this.#transfers.upload(chosenFiles(input.files!), into);
      input.value = '';
    };
    const choose = ({ currentTarget }: Event): void =>
      (currentTarget as HTMLElement).parentElement!.querySelector('input')!.click();
    return html`<p>${t('files.in', { folder: [folder, ...this.#path].join('/') })}</p>
      <div class="chips">
        <span><input type="file" multiple hidden @change=${take} />
          <button class="primary" @click=${choose}>${t('files.upload')}</button></span>
        <span><input type="file" webkitdirectory hidden @change=${take} />
          <button class="chip" @click=${choose}>${t('files.upload-folder')}</button></span>
      </div>`;
  }

  #browser({ folder }: FilesOffer): TemplateResult {
    const parts = [folder, ...this.#path];
    return html`<nav class="crumbs" aria-label=${t('files.folder')}>
        ${parts.map(
          (
            part,
            index,
          ) => html`<button class="chip" aria-current=${index === parts.length - 1 ? 'location' : nothing}
          @click=${() => this.#list(this.#path.slice(0, index))}>${part}</button>`,
        )}
        <button class="tool" title=${t('files.download-folder')} aria-label=${t('files.download-folder')} @click=${() => this.#takeFolder(folder)}>${fileIcons.down}</button>
        <button class="tool" title=${t('files.refresh')} aria-label=${t('files.refresh')} @click=${() => this.#list(this.#path)}>${fileIcons.refresh}</button>
      </nav>
      ${this.#problem ? html`<p class="problem" role="alert">${explainProblem(this.#problem)}</p>` : nothing}
      ${guard([this.#listing], () => this.#entries())}`;
  }

  #entries(): TemplateResult | typeof nothing {
    if (!this.#listing) return nothing;
    const { entries, more } = this.#listing;
    if (entries.length === 0) return html`<p>${t('files.empty')}</p>`;
    return html`<ul class="entries">
        ${entries.map(
          (entry) => html`<li><button @click=${() => this.#choose(entry)}
          title=${entry.kind === 'file' ? t('files.download', { name: entry.name }) : entry.name}>
          ${entry.kind === 'file' ? fileIcons.file : fileIcons.folder}<span>${entry.name}</span>
          <span class="detail">${entry.kind === 'file' ? bytes(entry.size) : nothing}</span>
        </button></li>`,
        )}
      </ul>
      ${more ? html`<p>${t('files.more', { count: entries.length })}</p>` : nothing}`;
  }

  #choose({ kind, name, size }: FileEntry): void {
    const path = [...this.#path, name];
    if (kind === 'folder') void this.#list(path);
    else if (size > LARGE && this.#transfers.client.hasCookie && !this.#save) {
      const { client } = this.#transfers;
      download(client.link(client.content(path.join('/'))).href, name);
    } else this.#transfers.download(path.join('/'), size);
  }

  /** The one that is shown, with all that is in it. */
  #takeFolder(folder: string): void {
    const { client } = this.#transfers;
    const path = this.#path.join('/');
    const name = `${[folder, ...this.#path].at(-1)!.split('/').at(-1)}.tar`;
    if (client.hasCookie && !this.#save) download(client.link(client.archive(path)).href, name);
    else this.#transfers.downloadFolder(path, name);
  }

  async #list(path: readonly string[]): Promise<void> {
    try {
      const listing = await this.#transfers.client.list(path.join('/'));
      this.#problem = undefined;
      this.#listing = listing;
      this.#path = path;
    } catch (error) {
      this.#problem = error as FilesError;
    }
    this.#host.requestUpdate();
  }

  #changed(): void {
    this.#refresh ??= setTimeout(() => {
      this.#refresh = undefined;
      this.#host.requestUpdate();
    }, REFRESH_EVERY);
    if (this.#isBusy) {
      clearTimeout(this.#farewell);
      this.#farewell = undefined;
      return;
    }
    const isFine = this.#transfers.all.every(({ state }) => state !== 'failed');
    if (this.#transfers.all.length === 0 || this.#farewell !== undefined) return;
    if (this.#isOpen) void this.#list(this.#path);
    if (isFine) this.#farewell = setTimeout(() => this.#transfers.clear(), FAREWELL);
  }

  #closed(): void {
    this.#isOpen = false;
    this.#host.requestUpdate();
  }
}

/** Hands something to the browser's own downloads. */
function download(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Not at once: the browser begins to read it later.
  if (address.startsWith('blob:')) setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
