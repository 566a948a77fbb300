/** Layouts of XKB to choose from, as the protocol names them. Those that the streamer recognises; it knows all others. */
export const LAYOUTS: readonly string[] =
  'us us/intl us/dvorak us/colemak gb de fr es latam it pt br be ch ch/fr nl dk no se fi cz sk hu ro si rs tr gr ru ua bg il ca'.split(
    ' ',
  );
