import { css } from 'lit';

/** Dialogs, what pops up, and what stands in them. */
export const dialogStyles = css`
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
`;
