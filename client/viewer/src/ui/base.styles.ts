import { css } from 'lit';

/** Colours and what stands everywhere. Follows the reader's light or dark scheme, or the `color-scheme` that the embedding page
 * gives the element. */
export const baseStyles = css`
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

  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(10px);
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
  }
  @media (forced-colors: active) {
    .primary {
      border: 1px solid CanvasText;
    }
  }
`;
