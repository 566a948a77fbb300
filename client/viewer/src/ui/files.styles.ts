import { css } from 'lit';

/** The panel of files and the line about what is on its way; comes with them. */
export const filesStyles = css`
  #files {
    width: min(560px, calc(100vw - 32px));
    max-height: min(720px, calc(100% - 48px));
  }
  #files[open] {
    display: flex;
    flex-direction: column;
    gap: 14px;
  }
  #files .chips {
    align-items: center;
  }
  #files header,
  #files p {
    margin-block: 0;
  }
  .entries,
  .transfers {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .crumbs {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    padding-top: 14px;
    border-top: 1px solid var(--line);
  }
  .crumbs .chip[aria-current] {
    border-color: transparent;
    font-weight: 600;
  }
  .crumbs .chip + .tool {
    margin-left: auto;
  }
  .entries {
    min-height: 120px;
    margin-inline: -10px;
    overflow-y: auto;
  }
  .entries button {
    display: flex;
    align-items: center;
    gap: 10px;
    width: 100%;
    padding: 5px 10px;
    border: 0;
    border-radius: 9px;
    background: none;
    text-align: left;
  }
  .entries button:hover {
    background: var(--hover);
  }
  .entries button > span:first-of-type,
  .transfers .name span {
    flex: 1;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  .entries .icon,
  .transfers .icon {
    flex: none;
    color: var(--soft);
  }
  .transfers {
    display: grid;
    gap: 10px;
    flex: none;
    max-height: 40%;
    overflow-y: auto;
  }
  .transfers li {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
  }
  .transfers .name {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
  }
  .transfers .detail {
    grid-column: 1;
    padding-left: 28px;
    overflow-wrap: anywhere;
  }
  .transfers .tool {
    grid-area: 1 / 2 / span 2;
  }
  .transfers .failed .detail,
  .problem {
    color: var(--danger);
  }
  progress {
    grid-column: 1 / -1;
    width: 100%;
    height: 4px;
    margin-top: 4px;
    border: 0;
    border-radius: 2px;
    background: var(--line);
    appearance: none;
    overflow: hidden;
  }
  progress::-webkit-progress-bar {
    background: var(--line);
  }
  progress::-webkit-progress-value {
    background: var(--accent);
  }
  progress::-moz-progress-bar {
    background: var(--accent);
  }
  .transfer-chip {
    position: absolute;
    right: 16px;
    bottom: 16px;
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    max-width: min(420px, calc(100% - 32px));
    padding: 6px 6px 6px 8px;
    border: 1px solid var(--line);
    border-left: 4px solid var(--accent);
    border-radius: 12px;
    background: var(--surface);
    box-shadow: var(--shadow);
    animation: rise 0.28s cubic-bezier(0.2, 0.8, 0.3, 1);
  }
  .transfer-chip.error {
    border-left-color: var(--danger);
  }
  .transfer-chip .text {
    display: grid;
    padding: 2px 8px;
    border: 0;
    background: none;
    text-align: left;
    overflow-wrap: anywhere;
  }
`;
