import { css } from 'lit';

/** The cards that stand over the desktop while there is none. */
export const cardStyles = css`
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
  @media (forced-colors: active) {
    .card {
      border: 1px solid CanvasText;
    }
  }
`;
