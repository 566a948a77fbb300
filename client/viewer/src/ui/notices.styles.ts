import { css } from 'lit';

/** What is told in passing, and where files are dropped. */
export const noticesStyles = css`
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
  @media (forced-colors: active) {
    .notice {
      border: 1px solid CanvasText;
    }
  }
`;
