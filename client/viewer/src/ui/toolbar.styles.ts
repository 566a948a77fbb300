import { css } from 'lit';

/** The toolbar, its handle, and what else is at an edge of the desktop. */
export const toolbarStyles = css`
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
  .toolbar select {
    max-width: 150px;
    border-color: transparent;
  }
  .toolbar select:hover {
    background: var(--hover);
  }

  @media (prefers-contrast: more) {
    .handle::before {
      opacity: 1;
    }
  }
  @media (forced-colors: active) {
    .tool[aria-pressed='true'] {
      outline: 2px solid Highlight;
    }
    .toolbar {
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
