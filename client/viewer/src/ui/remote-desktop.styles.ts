import { css } from 'lit';

/** Follows the reader's light or dark scheme, or the `color-scheme` that the embedding page gives the element. */
export const styles = css`
  :host {
    color-scheme: light dark;
    --ground: light-dark(#e9edf1, #0d1117);
    --surface: light-dark(#ffffff, #1a212b);
    --line: light-dark(#d5dce3, #303a47);
    --text: light-dark(#17212b, #e8edf2);
    --soft: light-dark(#51606f, #9dabb9);
    --hover: light-dark(#eef2f5, #273140);
    --accent: light-dark(#0e7c86, #2dd4bf);
    --on-accent: light-dark(#ffffff, #06251f);
    --warning: light-dark(#a35a00, #fbbf58);
    --danger: light-dark(#c02b3c, #ff8590);
    --shadow: 0 1px 2px rgb(0 0 0 / 0.16), 0 12px 36px rgb(0 0 0 / 0.24);
    display: block;
    position: relative;
    overflow: hidden;
    min-width: 160px;
    min-height: 90px;
    background: var(--ground);
    color: var(--text);
    font: 400 14px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
    -webkit-font-smoothing: antialiased;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }

  .desktop {
    position: absolute;
    inset: 0;
    overflow: hidden;
    touch-action: none;
    user-select: none;
    outline: none;
    transition: filter 0.25s;
  }
  .desktop.dimmed {
    filter: grayscale(0.7) brightness(0.55);
  }

  h1 {
    margin: 0;
    font-size: 20px;
    font-weight: 600;
    line-height: 1.3;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  p {
    margin: 0;
    text-wrap: pretty;
  }
  code,
  kbd {
    padding: 1px 6px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--hover);
    font: 12.5px/1.5 ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace;
    white-space: nowrap;
  }
  button,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .icon {
    display: block;
    width: 20px;
    height: 20px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .detail {
    color: var(--soft);
    font-variant-numeric: tabular-nums;
  }

  .overlay {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    padding: 24px;
    overflow: auto;
    pointer-events: none;
  }
  .card:not(.quiet) {
    pointer-events: auto;
  }
  .card {
    display: grid;
    justify-items: start;
    gap: 10px;
    width: min(420px, 100%);
    padding: 28px;
    border: 1px solid var(--line);
    border-radius: 18px;
    background: var(--surface);
    box-shadow: var(--shadow);
    animation: rise 0.28s cubic-bezier(0.2, 0.8, 0.3, 1);
  }
  .card > p {
    color: var(--soft);
  }
  .card.quiet {
    justify-items: center;
    border-color: transparent;
    background: none;
    box-shadow: none;
    text-align: center;
  }
  .badge {
    display: grid;
    place-items: center;
    width: 40px;
    height: 40px;
    margin-bottom: 4px;
    border-radius: 12px;
    background: color-mix(in srgb, var(--accent) 14%, transparent);
    color: var(--accent);
  }
  .badge.warning {
    background: color-mix(in srgb, var(--warning) 16%, transparent);
    color: var(--warning);
  }
  .badge.danger {
    background: color-mix(in srgb, var(--danger) 14%, transparent);
    color: var(--danger);
  }
  .card > .remedy {
    padding-left: 12px;
    border-left: 3px solid var(--accent);
    color: var(--text);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 10px 14px;
    width: 100%;
    margin-top: 8px;
  }
  .actions input {
    flex: 1 1 180px;
    min-width: 0;
    height: 38px;
    padding: 0 12px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--ground);
  }
  .primary {
    height: 38px;
    padding: 0 18px;
    border: 0;
    border-radius: 10px;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  .primary:hover {
    filter: brightness(1.08);
  }

  .logo {
    width: 84px;
    height: 84px;
    margin-bottom: 8px;
    fill: none;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .logo .editor {
    fill: light-dark(#a9b6c3, #4a5868);
  }
  .logo .lines {
    stroke: var(--surface);
    stroke-width: 3;
    stroke-dasharray: 9;
    animation: write 2.4s ease-in-out infinite;
  }
  .logo .screen {
    fill: var(--accent);
    stroke: var(--ground);
    stroke-width: 3;
  }
  .logo .foot {
    stroke: var(--accent);
    stroke-width: 5;
  }
  .logo .pointer {
    fill: var(--on-accent);
    stroke: var(--on-accent);
    stroke-width: 2;
    animation: wander 2.4s ease-in-out infinite;
  }
  .dots::after {
    content: '…';
  }

  .edge {
    position: absolute;
    inset: 0 0 auto;
    container-type: inline-size;
    display: grid;
    justify-items: center;
    pointer-events: none;
  }
  .edge > * {
    grid-area: 1 / 1;
    pointer-events: auto;
  }
  .handle {
    width: 88px;
    height: 14px;
    padding: 0;
    border: 0;
    background: none;
  }
  .handle::before {
    content: '';
    display: block;
    width: 56px;
    height: 5px;
    margin: 0 auto 7px;
    border-radius: 0 0 5px 5px;
    background: var(--surface);
    box-shadow: 0 0 0 1px rgb(0 0 0 / 0.25);
    opacity: 0.75;
  }
  /* A pointer that rests at the edge keeps the toolbar there. */
  .handle.open::before {
    opacity: 0;
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 4px;
    max-width: calc(100% - 16px);
    margin-top: 8px;
    padding: 5px;
    border: 1px solid var(--line);
    border-radius: 14px;
    background: var(--surface);
    box-shadow: var(--shadow);
    transition:
      transform 0.22s cubic-bezier(0.2, 0.8, 0.3, 1),
      opacity 0.22s;
  }
  .toolbar[inert] {
    transform: translateY(-130%);
    opacity: 0;
    visibility: hidden;
    /* Hidden when it has gone, but there at once when it comes: what is hidden takes no focus. */
    transition:
      transform 0.22s,
      opacity 0.22s,
      visibility 0s 0.22s;
  }
  .toolbar .name {
    overflow: hidden;
    max-width: 220px;
    padding: 0 8px 0 10px;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .toolbar .role {
    display: flex;
    align-items: center;
    gap: 5px;
    padding: 0 8px 0 2px;
    color: var(--warning);
    font-size: 13px;
  }
  .toolbar .rule {
    flex: none;
    width: 1px;
    height: 20px;
    margin: 0 3px;
    background: var(--line);
  }
  .choice {
    display: flex;
    gap: 2px;
  }
  .tool {
    display: grid;
    flex: none;
    place-items: center;
    width: 36px;
    height: 34px;
    padding: 0;
    border: 0;
    border-radius: 9px;
    background: none;
  }
  .tool:hover,
  .figures:hover {
    background: var(--hover);
  }
  .tool[aria-pressed='true'] {
    background: color-mix(in srgb, var(--accent) 16%, transparent);
    color: var(--accent);
  }
  .people {
    grid-auto-flow: column;
  }
  .people sup {
    font-size: 10px;
    font-weight: 700;
  }
  [popover] .chip {
    margin-top: 10px;
  }
  .sound {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .sound .hint {
    color: var(--soft);
    white-space: nowrap;
  }
  .microphone {
    position: absolute;
    top: 10px;
    right: 10px;
    display: flex;
    align-items: center;
    gap: 6px;
    height: 32px;
    padding: 0 12px 0 8px;
    border: 0;
    border-radius: 16px;
    background: #c62828;
    color: #fff;
    font: inherit;
    font-size: 13px;
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.3);
  }
  .microphone.starting {
    background: #5f6368;
  }
  .volume {
    width: 76px;
    accent-color: var(--accent);
  }
  .figures {
    display: flex;
    gap: 10px;
    height: 34px;
    padding: 0 10px;
    border: 0;
    border-radius: 9px;
    background: none;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    align-items: center;
  }
  .figures span {
    min-width: 44px;
    text-align: right;
  }
  .figures span + span {
    color: var(--soft);
  }

  [popover],
  dialog {
    border: 1px solid var(--line);
    border-radius: 16px;
    background: var(--surface);
    color: inherit;
    box-shadow: var(--shadow);
  }
  [popover] {
    inset: 64px 0 auto;
    margin: 0 auto;
    padding: 14px 18px;
  }
  table {
    border-spacing: 0;
    width: 100%;
  }
  caption {
    padding-bottom: 6px;
    color: var(--soft);
    text-align: left;
  }
  th {
    padding: 3px 20px 3px 0;
    font-weight: 400;
    text-align: left;
    white-space: nowrap;
  }
  td {
    font-variant-numeric: tabular-nums;
  }
  [popover] th {
    color: var(--soft);
  }
  dialog {
    width: min(480px, calc(100vw - 32px));
    padding: 22px 26px 26px;
  }
  dialog::backdrop {
    background: rgb(5 10 16 / 0.55);
  }
  dialog header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin: 0 -8px 6px 0;
  }
  dialog p {
    margin: 14px 0 8px;
    color: var(--soft);
  }
  dialog p:first-of-type {
    margin-top: 0;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .chip {
    padding: 5px 12px;
    border: 1px solid var(--line);
    border-radius: 9px;
    background: none;
  }
  .typing {
    display: flex;
    gap: 8px;
    align-items: end;
  }
  .row {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    margin-top: 14px;
  }
  td:has(> .chip) {
    display: flex;
    justify-content: end;
    gap: 4px;
  }
  select {
    height: 34px;
    max-width: 60%;
    padding: 0 8px;
    border: 1px solid var(--line);
    border-radius: 9px;
    background: var(--surface);
    color: inherit;
    font: inherit;
  }
  .toolbar select {
    max-width: 150px;
    border-color: transparent;
  }
  .toolbar select:hover {
    background: var(--hover);
  }
  .chip:hover {
    background: var(--hover);
  }

  dialog textarea {
    width: 100%;
    padding: 10px 12px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--ground);
    color: inherit;
    font: inherit;
    resize: vertical;
  }
  dialog img {
    display: block;
    max-width: 100%;
    max-height: 30vh;
    margin-top: 10px;
    border-radius: 8px;
  }

  .notices {
    position: absolute;
    inset: auto 0 20px;
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 0 16px;
    pointer-events: none;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 10px;
    max-width: 560px;
    padding: 8px 8px 8px 16px;
    border: 1px solid var(--line);
    border-left: 4px solid var(--accent);
    border-radius: 12px;
    background: var(--surface);
    box-shadow: var(--shadow);
    pointer-events: auto;
    animation: rise 0.28s cubic-bezier(0.2, 0.8, 0.3, 1);
  }
  .notice.warning {
    border-left-color: var(--warning);
  }
  .notice.error {
    border-left-color: var(--danger);
  }

  .drop {
    position: absolute;
    inset: 12px;
    display: grid;
    place-items: center;
    border: 2px dashed var(--accent);
    border-radius: 18px;
    background: color-mix(in srgb, var(--surface) 72%, transparent);
    font-size: 18px;
    font-weight: 600;
    pointer-events: none;
  }

  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(10px);
    }
  }
  @keyframes write {
    0%,
    15% {
      stroke-dashoffset: 9;
    }
    50%,
    100% {
      stroke-dashoffset: 0;
    }
  }
  @keyframes wander {
    0%,
    100% {
      transform: translate(0, 0);
    }
    50% {
      transform: translate(8px, -4px);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before {
      animation: none !important;
      transition: none !important;
    }
  }
  @media (prefers-contrast: more) {
    :host {
      --line: var(--text);
      --soft: var(--text);
    }
    .handle::before {
      opacity: 1;
    }
  }
  @media (forced-colors: active) {
    .tool[aria-pressed='true'] {
      outline: 2px solid Highlight;
    }
    .card,
    .toolbar,
    .notice,
    .primary {
      border: 1px solid CanvasText;
    }
    .handle::before {
      background: CanvasText;
    }
  }

  /* The toolbar has one line: what fewest people need gives way first, then lies in a menu. */
  @container (width >= 800px) {
    #more {
      display: contents;
    }
    .more {
      display: none;
    }
  }
  @container (width < 1220px) {
    .toolbar .name,
    .toolbar .name + .rule,
    .figures .way,
    .volume,
    .sound .hint {
      display: none;
    }
  }
  @container (width < 800px) {
    #more:popover-open {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px;
      padding: 8px;
    }
    .toolbar .role span {
      display: none;
    }
  }
  @container (width < 480px) {
    .figures span + span {
      display: none;
    }
  }
  @container (width < 380px) {
    .toolbar .figures,
    .toolbar .rule {
      display: none;
    }
  }
`;
