/** By which the editor knows the extension's panels, also after a reload of the window. */
export const PANEL_TYPE = 'deskside.desktop';
