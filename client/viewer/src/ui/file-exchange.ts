import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { droppedFiles, type FilesOffer, type GivenFile } from '../core/index.ts';
import { t } from '../words/words.ts';
import type { FilesPanel } from './files-panel.ts';

/** Where the files are, and where those go that come from there. */
export interface FilesPlaces {
  desktop: URL;
  token: string | undefined;
  /** Names this visit to the desktop. */
  visit(): string | undefined;
  /** Takes the place of the browser's downloads. */
  save: SaveFile | undefined;
}

/** Keeps a file that came from the desktop, such as where the person wants it. */
export type SaveFile = (file: Blob, name: string) => void;

/** Files that are dropped on the desktop, and the panel for the rest, which is loaded when it is first needed. */
export class FileExchange implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #places: () => FilesPlaces;
  #offer: FilesOffer | undefined;
  /** The last one: while the connection is lost, the panel stays, and what is under way waits. */
  #lastOffer: FilesOffer | undefined;
  #panel: Promise<FilesPanel> | undefined;
  #shown: FilesPanel | undefined;
  #isDragging = false;

  constructor(host: ReactiveControllerHost & HTMLElement, places: () => FilesPlaces) {
    this.#host = host;
    this.#places = places;
    host.addController(this);
  }

  /** What the desktop lets us do; undefined: nothing, or it is not known yet. */
  get offer(): FilesOffer | undefined {
    return this.#offer;
  }

  set offer(offer: FilesOffer | undefined) {
    this.#offer = offer;
    this.#lastOffer = offer ?? this.#lastOffer;
    this.#host.requestUpdate();
  }

  hostConnected(): void {
    this.#host.addEventListener('dragover', this.#onDragOver);
    this.#host.addEventListener('dragleave', this.#onDragLeave);
    this.#host.addEventListener('drop', this.#onDrop);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('dragover', this.#onDragOver);
    this.#host.removeEventListener('dragleave', this.#onDragLeave);
    this.#host.removeEventListener('drop', this.#onDrop);
    this.forget();
  }

  /** Another desktop: what is under way to the old one ends. */
  forget(): void {
    void this.#panel?.then((panel) => panel[Symbol.dispose]());
    this.#panel = this.#shown = undefined;
  }

  /** Uploads them, if the desktop takes any. */
  async upload(files: readonly GivenFile[] | Promise<readonly GivenFile[]>): Promise<void> {
    if (this.#offer?.in) await (await this.#load()).take(files);
  }

  async show(): Promise<void> {
    const panel = await this.#load();
    await this.#host.updateComplete;
    await panel.show();
  }

  render(): TemplateResult {
    const offer = this.#lastOffer;
    return html`
      ${this.#isDragging && offer?.in ? html`<div class="drop"><p>${t('files.drop', { folder: offer.folder })}</p></div>` : nothing}
      ${offer && this.#shown ? this.#shown.render(offer) : nothing}
    `;
  }

  #load(): Promise<FilesPanel> {
    this.#panel ??= import('./files-panel.ts').then(({ FilesPanel }) => {
      this.#shown = new FilesPanel(this.#host, this.#places());
      this.#host.requestUpdate();
      return this.#shown;
    });
    // The network has a bad moment: the next drop tries again.
    this.#panel.catch(() => {
      this.#panel = undefined;
    });
    return this.#panel;
  }

  readonly #onDragOver = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    // Without this, the browser would leave the desktop and show the file.
    event.preventDefault();
    event.dataTransfer!.dropEffect = this.#offer?.in ? 'copy' : 'none';
    this.#drag(true);
  };

  readonly #onDragLeave = (event: DragEvent): void => {
    if (!this.#host.contains(event.relatedTarget as Node | null)) this.#drag(false);
  };

  readonly #onDrop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#drag(false);
    // What was dropped can only be read now, before the panel is there.
    void this.upload(droppedFiles(event.dataTransfer!));
  };

  #drag(isDragging: boolean): void {
    if (this.#isDragging === isDragging) return;
    this.#isDragging = isDragging;
    this.#host.requestUpdate();
  }
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
