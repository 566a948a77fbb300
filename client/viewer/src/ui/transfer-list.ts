import { html, nothing, type TemplateResult } from 'lit';
import type { FilesError } from '../core/files/files-client.ts';
import type { Transfer } from '../core/files/transfers.ts';
import type { FilesOffer } from '../core/index.ts';
import { t } from '../words/words.ts';
import { bytes, bytesPerSecond } from './byte-sizes.ts';
import { fileIcons } from './file-icons.ts';
import { icons } from './icons.ts';

export interface TransferActions {
  cancel(transfer: Transfer): void;
  cancelAll(): void;
  clear(): void;
  show(): void;
}

/** So many are listed; a dropped folder may have thousands. */
const MOST = 30;

/** What is on its way, with its progress, and what became of the rest. */
export function transferList(
  all: readonly Transfer[],
  offer: FilesOffer,
  actions: TransferActions,
): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  // What runs, then what went wrong, then what waits.
  const order = ['running', 'waiting', 'failed', 'queued', 'done', 'cancelled'];
  const sorted = [...all].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const isBusy = all.some(isUnderWay);
  return html`<ul class="transfers" aria-label=${t('files.transfers')}>
      ${sorted.slice(0, MOST).map((transfer) => row(transfer, offer, actions))}
    </ul>
    <div class="chips">
      ${all.length > MOST ? html`<span class="detail">${t('files.others', { count: all.length - MOST })}</span>` : nothing}
      ${isBusy ? html`<button class="chip" @click=${actions.cancelAll}>${t('files.cancel-all')}</button>` : html`<button class="chip" @click=${actions.clear}>${t('files.clear')}</button>`}
    </div>`;
}

/** All of it in one line, over the desktop. */
export function transferChip(
  all: readonly Transfer[],
  offer: FilesOffer,
  actions: TransferActions,
): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const busy = all.filter(isUnderWay);
  const failed = all.filter(({ state }) => state === 'failed').length;
  const done = all.filter(({ state }) => state === 'done');
  const size = sum(all, ({ size }) => size);
  const transferred = sum(all, ({ transferred }) => transferred);
  const speed = sum(busy, ({ speed }) => speed);
  const text = busy.length > 0 ? t('files.under-way', { count: busy.length }) : summary(done, failed, offer);
  return html`<div class="transfer-chip ${failed > 0 && busy.length === 0 ? 'error' : ''}" role="status">
    <button class="text" @click=${actions.show}>${text}
      ${busy.length > 0 ? html`<span class="detail">${t('files.progress', { done: bytes(transferred), size: bytes(size), speed: bytesPerSecond(speed) })}</span>` : nothing}
    </button>
    ${busy.length > 0 ? closeButton(t('files.cancel-all'), actions.cancelAll) : closeButton(t('dismiss'), actions.clear)}
    ${busy.length > 0 ? html`<progress max=${Math.max(size, 1)} .value=${transferred}></progress>` : nothing}
  </div>`;
}

/** What a person reads of a failure: the streamer's own words where it has some. */
export function explainProblem({ status, message, remedy }: FilesError): string {
  if (message) return `${message} ${remedy}`;
  if (status === 0) return t('files.problem.unreachable');
  if (status === -1) return t('files.problem.unreadable');
  if (status === 412) return t('files.problem.changed');
  return t('files.problem.proxy', { status });
}

function row(transfer: Transfer, offer: FilesOffer, actions: TransferActions): TemplateResult {
  const { direction, name, size, transferred, state, problem } = transfer;
  return html`<li class=${state}>
    <span class="name" title=${name}>${direction === 'up' ? fileIcons.up : fileIcons.down}<span>${name}</span></span>
    <span class="detail">${problem ? explainProblem(problem) : detail(transfer, offer)}</span>
    ${isUnderWay(transfer) ? closeButton(t('files.cancel', { name }), () => actions.cancel(transfer)) : nothing}
    ${state === 'running' || state === 'waiting' ? html`<progress max=${Math.max(size, 1)} .value=${transferred} aria-label=${name}></progress>` : nothing}
  </li>`;
}

function detail(
  { direction, path, size, transferred, speed, state }: Transfer,
  { folder }: FilesOffer,
): string {
  switch (state) {
    case 'running':
      return t('files.progress', {
        done: bytes(transferred),
        size: bytes(size),
        speed: bytesPerSecond(speed),
      });
    case 'done':
      return direction === 'up' ? t('files.placed', { path: `${folder}/${path}` }) : t('files.saved');
    default:
      return t(`files.state.${state}`);
  }
}

function summary(done: readonly Transfer[], failed: number, { folder }: FilesOffer): string {
  if (failed > 0) return t('files.failed', { count: failed });
  if (done.length === 0) return t('files.state.cancelled');
  if (done.some(({ direction }) => direction === 'down')) return t('files.saved');
  const [first] = done;
  const place = done.length === 1 ? `${folder}/${first!.path}` : folder;
  return done.length === 1
    ? t('files.placed', { path: place })
    : t('files.placed.many', { count: done.length, path: place });
}

function closeButton(label: string, onClick: () => void): TemplateResult {
  return html`<button class="tool" title=${label} aria-label=${label} @click=${onClick}>${icons.close}</button>`;
}

function isUnderWay({ state }: Transfer): boolean {
  return state === 'queued' || state === 'running' || state === 'waiting';
}

function sum(all: readonly Transfer[], of: (transfer: Transfer) => number): number {
  return all.reduce((total, transfer) => total + of(transfer), 0);
}
