/** Limits on everything that arrives from outside. Each is enforced by the parser that reads it. */

/** Largest message from a viewer, bytes. The largest legitimate one is an SDP answer or a chunk of clipboard text. */
export const MAX_VIEWER_MESSAGE = 256 * 1024;

/** Largest message from the streamer, bytes: one lossless 3840x2160 picture, incompressible. */
export const MAX_STREAMER_MESSAGE = 40 * 1024 * 1024;

/** Largest side of a screen, device pixels: positions travel as unsigned 16-bit numbers, X11 sizes as signed ones. */
export const MAX_SCREEN_SIDE = 16384;

/** Smallest side of a screen, device pixels; below it desktops fail to lay out. */
export const MIN_SCREEN_SIDE = 64;

/** Copies, tiles or owned rectangles in one picture update: more than one per 16-pixel cell of 1080p is rubbish. */
export const MAX_RECTANGLES = 8192;

/** Text of one `text` message, UTF-16 code units: a paste as keystrokes is sent in pieces of this size. */
export const MAX_TEXT = 4096;

/** Largest side of a cursor, pixels. X servers limit theirs to 256 at most. */
export const MAX_CURSOR_SIDE = 512;

/** Longest SDP, UTF-16 code units: one video and one data section of a browser take about 4,000. */
export const MAX_SDP = 32 * 1024;

/** Longest token, name, codec string or other short text, UTF-16 code units. */
export const MAX_SHORT_TEXT = 1024;

/** Keys that may be held at once. */
export const MAX_HELD_KEYS = 32;

/** Keys of which a viewer tells what they give: twice as many as bear characters. */
export const MAX_LAYOUT_KEYS = 96;

/** Channels of sound: 7.1, the most that Opus has a layout for (RFC 7845 section 5.1.1.2). */
export const MAX_CHANNELS = 8;

/** Largest Opus packet, bytes: what RFC 6716's reference encoder is given at most; 10 ms of stereo take about 160. */
export const MAX_OPUS_PACKET = 4000;

/** All forms of one copied content together, bytes: a 3840x2160 picture as PNG, however little it compresses. */
export const MAX_CLIP = 32 * 1024 * 1024;

/** One part of it, bytes: 26 ms of a 10 Mbit/s line, for which a picture may have to wait. */
export const MAX_CLIP_PART = 32 * 1024;

/** Parts of a clip that may be under way, bytes: 2.5 MB/s at a round trip of 50 ms. */
export const CLIP_WINDOW = 4 * MAX_CLIP_PART;

/** People and links that an owner is told of: the session lets in fewer people, and who makes more links has lost count. */
export const MAX_PEOPLE = 256;

/** Whom a link is for, UTF-16 code units: a name. */
export const MAX_LABEL = 64;

/** A link is good for a minute at least, and a year at most, ms. */
export const MIN_LINK_LIFETIME = 60_000;
export const MAX_LINK_LIFETIME = 366 * 24 * 3_600_000;
