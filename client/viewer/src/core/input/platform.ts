/** Where keyboards behave in ways of their own. */
export interface Platform {
  /** macOS and iPadOS: Option types characters, Cmd has the shortcuts, and keys that come up under it go untold. */
  apple: boolean;
  /** Ctrl is told to go down before AltGr. */
  windows: boolean;
  /** Text comes from a keyboard on the screen, which shows words while they are being made. */
  android: boolean;
}

/** @param name `navigator.userAgentData.platform` or, where there is none, `navigator.platform` with the user agent */
export function platformOf(name: string): Platform {
  return {
    apple: /mac|iphone|ipad|ipod/i.test(name),
    windows: /win/i.test(name),
    android: /android/i.test(name),
  };
}

export function thisPlatform(): Platform {
  const { userAgentData, platform, userAgent } = navigator as Navigator & {
    userAgentData?: { platform: string };
  };
  return platformOf(userAgentData?.platform || `${platform} ${/android/i.exec(userAgent)?.[0]}`);
}
