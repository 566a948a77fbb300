import { listen } from '../listen.ts';
import { editBetween, type TextEdit } from './text-edit.ts';

export interface TextFieldOptions {
  target: HTMLTextAreaElement;
  /** Text that was written, and what of the text before it was taken back. */
  onEdit(edit: TextEdit): void;
  /** Whether words are shown while a soft keyboard still makes them. */
  live: boolean;
  /** There is no keyboard but the one on the screen, which deletes only where there is something. */
  soft: boolean;
}

/** Something to delete, so that a soft keyboard's Backspace has an effect that can be seen. */
const PADDING = '_'.repeat(16);

/**
 * What input methods, soft keyboards and dictation write, once it is settled. They compose at the caret, replace words
 * that they wrote before, and tell of it in an order that differs by browser: so the text counts and not the events.
 */
export class TextField implements Disposable {
  readonly #options: TextFieldOptions;
  readonly #listeners = new DisposableStack();
  #sent = '';
  #composing = false;

  constructor(options: TextFieldOptions) {
    this.#options = options;
    const { target } = options;
    this.#listeners.use(listen(target, 'compositionstart', () => this.#begin()));
    this.#listeners.use(listen(target, 'compositionend', (event: CompositionEvent) => this.#end(event)));
    this.#listeners.use(listen(target, 'compositionupdate', (event: CompositionEvent) => this.#grow(event)));
    this.#listeners.use(listen(target, 'input', () => this.#read()));
    this.clear();
  }

  get composing(): boolean {
    return this.#composing;
  }

  /** Forgets what was written: from now on the caret is elsewhere. */
  clear(): void {
    if (this.#composing) return;
    const { target, soft } = this.#options;
    this.#sent = soft ? PADDING : '';
    if (target.value !== this.#sent) target.value = this.#sent;
  }

  [Symbol.dispose](): void {
    this.#listeners.dispose();
  }

  #begin(): void {
    this.#composing = true;
    // What is being composed is seen nowhere but here.
    if (!this.#options.live) this.#options.target.style.opacity = '1';
  }

  #end({ data }: CompositionEvent): void {
    const { target, soft } = this.#options;
    this.#composing = false;
    Object.assign(target.style, { opacity: '0', width: '1px' });
    // Where the text is not there yet an input event comes with it.
    if (target.value.endsWith(data)) this.#read();
    // Korean begins the next syllable at once; then this waits for the end of the word.
    if (!soft) setTimeout(() => this.clear());
  }

  #grow({ data }: CompositionEvent): void {
    if (!this.#options.live) this.#options.target.style.width = `${Math.max(1, data.length * 2)}ch`;
  }

  #read(): void {
    if (this.#composing && !this.#options.live) return;
    const { value } = this.#options.target;
    const edit = editBetween(this.#sent, value);
    this.#sent = value;
    if (edit.removed > 0 || edit.added !== '') this.#options.onEdit(edit);
  }
}
